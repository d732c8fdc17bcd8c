"""Who goes on serving a zone, area or site beside an official who takes it over."""

from __future__ import annotations

from collections.abc import Mapping

from pandas import DataFrame

from gridmap.core.muster import staff_row
from gridmap.model.protocol import DutyRule, Protocol

_ONE = DutyRule("", "area", most=1)


class Beside:
    """What the protocol and the territories say of those who serve in one role.

    Parameters
    ----------
    official, role
        Who takes over, and as what.
    protocol
        Its duties say how many one target needs and may have.
    staff
        The officials, as `gridmap.core.muster.muster` gives them.
    levels
        The level of every area.
    """

    def __init__(
        self, official: str, role: str, *, protocol: Protocol, staff: DataFrame, levels: Mapping[str, str]
    ) -> None:
        self.official, self.role = official, role
        self._rules = [rule for rule in protocol.duties if rule.role == role]
        self._staff, self._levels = staff, levels

    def stay(self, rows: DataFrame) -> list[int]:
        """Return who of the rows of a table stays, by place; a household has one person of a role.

        Where one answers for a target, nobody stays. Elsewhere those stay who were set by hand, then those
        whose territory an area is, as many as it may have, then others up to the number that is needed. Where
        places are for holders of a level, the one who takes over fills a place of theirs.
        """
        staying: list[int] = []
        groups = rows.reset_index(drop=True).groupby(["target_kind", "target"], sort=False).groups
        for (kind, target), places in groups.items():
            if kind != "household":
                holders = {place: str(rows["official_id"].iat[place]) for place in places}
                pinned = {place for place in places if rows["origin"].iat[place] == "pinned"}
                staying += self._of_target(str(kind), str(target), holders, pinned)
        return staying

    def displaced(self, kind: str, target: str, holders: list[str]) -> list[str]:
        """Return those whose territory an area is, and who may not serve it beside its holders."""
        rules = [rule for rule in self._rules if rule.per == kind]
        if kind != "area" or not rules or not all(rule.allowed for rule in rules):
            return []
        mine = (self._staff["role"] == self.role) & (self._staff["territory"] == target)
        return [official for official in self._staff["official_id"][mine] if official not in holders]

    def _of_target(self, kind: str, target: str, holders: dict[int, str], pinned: set[int]) -> list[int]:
        rules = [rule for rule in self._rules if rule.per == kind]
        bound = [rule for rule in rules if rule.holders]
        place_level = self._place_level(bound)
        rivals = {
            place: who
            for place, who in holders.items()
            if who != self.official and (not bound or self._level(who) == place_level)
        }
        apart = [place for place, who in holders.items() if who != self.official and place not in rivals]
        rules = [rule for rule in rules if rule.holders == place_level] if bound else rules
        return sorted([*apart, *self._rivals(kind, target, rules, rivals, pinned)])

    def _rivals(
        self, kind: str, target: str, rules: list[DutyRule], rivals: dict[int, str], pinned: set[int]
    ) -> list[int]:
        needed, allowed = _numbers(kind, rules)
        owners = {place for place, who in rivals.items() if kind == "area" and self._territory(who) == target}
        staying: list[int] = []
        for place in sorted(rivals, key=lambda each: (each not in pinned, each not in owners, each)):
            there = 1 + len(staying)
            room = not allowed or there < allowed
            if there < needed or (room and place in pinned | owners):
                staying.append(place)
        return staying

    def _place_level(self, bound: list[DutyRule]) -> str:
        """Return the level whose place the one who takes over fills: their own, else the first there is."""
        own = self._level(self.official)
        levels = [rule.holders for rule in bound]
        return own if own in levels or not levels else levels[0]

    def _territory(self, official: str) -> str:
        row = staff_row(self._staff, official, self.role)
        return "" if row is None else str(self._staff["territory"].iat[row])

    def _level(self, official: str) -> str:
        return self._levels.get(self._territory(official), "")


def _numbers(kind: str, rules: list[DutyRule]) -> tuple[int, int]:
    """Return how many one target needs and may have (0: any number); one, where one answers for it."""
    if any(rule.hard and rule.needed == 1 and kind in {"zone", "site"} for rule in rules):
        return 1, 1
    rules = rules or [_ONE]
    allowed = [rule.allowed for rule in rules]
    return max(rule.needed for rule in rules), 0 if 0 in allowed else max(allowed)
