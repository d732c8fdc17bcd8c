"""The tiers of a protocol as notices call them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from gridmap.core.notice_in import grammar
from gridmap.core.notice_in.fold import fold_name
from gridmap.model.protocol import Protocol

_SHORTEST = 2


class Mention(NamedTuple):
    """A tier that is named in the text; `tier` is empty where the protocol has none of this name."""

    start: int
    end: int
    tier: str


@dataclass(frozen=True, eq=False)
class TierNames:
    """The labels of the tiers.

    Parameters
    ----------
    protocol
        Whose tiers are meant.
    """

    protocol: Protocol

    @cached_property
    def labels(self) -> dict[str, str]:
        """The tier of every label, in both languages, folded."""
        found: dict[str, str] = {}
        for tier in self.protocol.tiers:
            for lang in ("zh", "en"):
                found.setdefault(fold_name(tier.label(lang)), tier.id)
        return found

    @cached_property
    def _label(self) -> str:
        ordered = sorted(self.labels, key=len, reverse=True)
        return "|".join(
            rf"\b{re.escape(label)}\b" if label.isascii() else re.escape(label) for label in ordered
        )

    @cached_property
    def _any(self) -> re.Pattern[str]:
        modified = "|".join(grammar.MODIFIERS)
        stems = "|".join(re.escape(stem) for stem in self.stems) or r"(?!)"
        return re.compile(
            rf"(?P<odd>{modified})?(?:(?P<known>{self._label})(?:域(?!封))?|{grammar.OTHER_TIER.pattern})"
            rf"|(?<=实行|实施|采取)(?P<stem>{stems})(?:管理|措施)*(?!区)"
        )

    @cached_property
    def stems(self) -> dict[str, str]:
        """The tier of what is left of its label without 区, as in 解除封控 and 实行管控."""
        return {
            label[:-1]: tier
            for label, tier in self.labels.items()
            if label.endswith("区") and len(label) > _SHORTEST
        }

    @cached_property
    def heading(self) -> re.Pattern[str]:
        """A line that only names a tier."""
        return re.compile(
            rf"(?P<label>{self._any.pattern})(?:划定|具体|管理)?(?:范围|区域|名单)?(?:\([^()]{{0,24}}\))?(?:如下|为|包括)?[:。]?$"
        )

    def in_text(self, text: str, start: int, stop: int) -> list[Mention]:
        """Find the tiers that are named between two places."""
        return [self._mention(match) for match in self._any.finditer(text, start, stop)]

    def of_heading(self, text: str, start: int, stop: int) -> Mention | None:
        """Return the tier that a line is the heading of."""
        match = self.heading.match(text, start, stop)
        if match is None or match.end() < stop:
            return None
        return self._mention(match)

    def former(self, text: str, mention: Mention) -> str:
        """Return which tier 原封控区 was; empty where a mention says no such thing."""
        match = self._any.fullmatch(text, mention.start, mention.end)
        is_former = match is not None and match["odd"] == "原" and match["known"]
        return self.labels[match["known"]] if match and is_former else ""

    def _mention(self, match: re.Match[str]) -> Mention:
        end = match.end("label") if "label" in match.re.groupindex else match.end()
        if stem := match["stem"]:
            return Mention(match.start(), end, self.stems[stem])
        known = match["known"] if not match["odd"] else None
        return Mention(match.start(), end, self.labels[known] if known else "")
