"""The stages of a lifting clock, and how its days are counted, as a protocol says them."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_TIMEZONE = "Asia/Shanghai"
PARTS = ("building",)
COUNTED_FROM = ("case", "closure")


@dataclass(frozen=True)
class DayCount:
    """How days are counted.

    Parameters
    ----------
    timezone
        The IANA name of the time zone at whose midnight a day begins.
    first
        The number of the day on which a zone is closed, 0 or 1.
    """

    timezone: str = DEFAULT_TIMEZONE
    first: int = 0


@dataclass(frozen=True)
class Stage:
    """One stage of the clock of a tier; all that it says must hold before the next tier follows.

    Parameters
    ----------
    days
        Days without a new case, counted from the closure or from the last new case; None if none are asked.
    home_days
        Days of home monitoring after them.
    contact_days
        More than so many days since the last exposure of a close contact, and all contacts negative.
    contact_test_day
        From which day after the last exposure a negative test of the contacts counts; `contact_days` if None.
    tested_within_days
        Everyone tested negative within so many days before lifting.
    test_day
        The day on which, or after which, everyone is tested negative.
    then
        The tier that follows, or ``none``; empty for what the other rules leave there. A tier that is
        followed by itself says what must hold while it lasts, and never lifts.
    on_case
        The tier after a new case; empty, or the tier itself, if the days begin anew.
    on_case_part
        The part that a new case keeps while the rest goes on, one of `PARTS`; empty for the whole zone.
    on_case_days
        For how many days that part is kept.
    on_case_from
        What those are counted from, one of `COUNTED_FROM`.
    after, level
        The tiers of which every zone must have lifted, and the level of the area in which; the whole grid
        without a level.
    text_zh, text_en
        The rule as written.
    """

    days: int | None = None
    home_days: int = 0
    contact_days: int | None = None
    contact_test_day: int | None = None
    tested_within_days: int | None = None
    test_day: int | None = None
    then: str = ""
    on_case: str = ""
    on_case_part: str = ""
    on_case_days: int = 0
    on_case_from: str = "case"
    after: tuple[str, ...] = ()
    level: str = ""
    text_zh: str = ""
    text_en: str = ""

    @property
    def whole_days(self) -> int | None:
        """All days of the stage, home monitoring included; None if it counts none."""
        return None if self.days is None else self.days + self.home_days

    @property
    def counts_days(self) -> bool:
        """Whether the stage needs to know when the zone was closed."""
        return self.days is not None or self.test_day is not None

    def text(self, lang: str) -> str:
        """Return the rule as written in `lang`, ``zh`` or ``en``."""
        return self.text_zh if lang == "zh" else self.text_en
