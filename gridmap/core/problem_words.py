"""What is said of problems, in Chinese and in English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gridmap.errors import UnsupportedError
from gridmap.model.plan import NONE
from gridmap.model.protocol import Protocol
from gridmap.model.zoning import LANGUAGES

_SAID = {
    "weaker": (
        "现为{tier}，规则要求{asked}；理由：{reason}",
        "{tier}, but a rule asks for {asked}; reason: {reason}",
    ),
    "no_reason": ("未填写", "none given"),
    "outranked": (
        "规则要求{tier}，但有{count}户处于更弱的等级",
        "a rule asks for {tier}, but {count} households are under a weaker tier",
    ),
    "empty_zone": ("没有网格也没有住户", "no cell and no household is under it"),
    "case_not_placed": (
        "没有规则能落位该病例；请补充住址、网格或坐标",
        "no rule could place this case; give its address, cell or coordinates",
    ),
    "no_tier": ("{count}户没有等级", "{count} households without a tier"),
    "exception": ("{reason}：{detail}", "{reason}: {detail}"),
    "split": ("{where}{tiers}；区界从中穿过", "{where}{tiers}; a border runs through it"),
    "split_locked": ("；较弱一侧的网格已锁定", "; cells of the weaker tier are locked"),
    "split_where": ("{area}：", "in {area}: "),
    "split_tier": ("{tier}{count}户", "{count} households {tier}"),
    "exclave": (
        "{tier}，{cells}个网格、{households}户，与本区其余部分不相连",
        "{tier}, {cells} cells and {households} households, apart from the rest of the zone",
    ),
    "enclosed": (
        "{tier}，1个网格、{households}户，四周均为{around}",
        "{tier}, 1 cell and {households} households, with {around} all around",
    ),
    "exclave_around": ("，周围多为{zone}（{tier}）", ", mostly beside {zone} ({tier})"),
    "vacancy": ("{kind}{target}缺{role}{missing}人", "{missing} x {role} for {kind} {target}"),
    "vacancy_homes": ("缺{role}，{missing}户无人联系", "{missing} households without their {role}"),
    "conflict": ("{role}：{kind}（{detail}）", "{role}: {kind} ({detail})"),
    "none": ("无等级", "none"),
    "zone": ("区", "zone"),
    "area": ("辖区", "area"),
    "site": ("点位", "site"),
    "household": ("住户", "household"),
}
_TIERS_ZH = {"sealed": "封控区", "controlled": "管控区", "prevention": "防范区"}
_REASONS_ZH = {
    "no_location": ("没有位置", "既无坐标也无网格，同楼也没有其他已落格的住户"),
    "outside_grid": ("在网格之外", "坐标不在任何网格内"),
    "unknown_cell": ("未知网格", "申报的网格不在网格表中"),
    "bad_coordinates": ("坐标有误", "坐标无法使用"),
    "duplicate_id": ("编号重复", "前面已有相同编号的住户"),
}
_CONFLICTS_ZH = {
    "double_booking": "一人多岗",
    "inside_serves_outside": "住在封闭区内，任务在区外",
    "outside_serves_inside": "住在区外，任务在封闭区内",
    "unknown_territory": "责任辖区不在网格表中",
    "two_heads": "同一对象有两名负责人",
    "no_phone": "在岗而没有电话",
    "overload": "包保户数超过上限",
    "level_missing": "网格表缺少规则所要求的层级",
    "unknown_pin": "手工指定的任务无法对应",
}
_CONFLICT_DETAILS_ZH = (
    (r"lives outside, serves (.*)", r"任务在\1"),
    (r"lives in (.*?), serves (.*)", r"住在\1，任务在\2"),
    (r"serves (\d+): (.*)", r"共\1项：\2"),
    (r"is on shift (.*?) at (\d+): (.*)", r"同一班次（\1）在\2处：\3"),
    (r"(\d+) households for a capacity of (.*)", r"\1户，上限\2户"),
    (r"territory (.*) is not in the grid", r"\1"),
    (r"is on duty and has no phone", r"请补充电话"),
    (r"area (.*) is already served by (.*)", r"\1已由\2负责"),
    (r"household (.*) is already linked by hand to (.*)", r"住户\1已手工指定给\2"),
    (r"no (.*) holds (\d+) cell\(s\) \((.*)\); each such cell counts as one", r"\2个网格没有上级\1（\3）"),
    (r"(.*) of a duty set by hand is not known or needs nobody", r"\1"),
)
_TARGETS_ZH = (
    ("outside every zone", "各区之外"),
    (r"\bzone (?=\S)", "区"),
    (r"\barea (?=\S)", "辖区"),
    (r"\bsite (?=\S)", "点位"),
    (r"\bhousehold (?=\S)", "住户"),
    (r"\bofficial (?=\S)", "责任人"),
    (r" \.\.\.$", "等"),
    (", ", "、"),
)


@dataclass(frozen=True)
class Speech:
    """What is said, in one language.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    protocol
        Its labels name tiers and roles; without it they are called by their ids, the usual tiers in Chinese
        by their names.
    """

    lang: str
    protocol: Protocol | None = None

    def __post_init__(self) -> None:
        if self.lang not in LANGUAGES:
            raise UnsupportedError(f"no texts in {self.lang!r}; choose one of {', '.join(LANGUAGES)}")

    def say(self, key: str, **values: object) -> str:
        """Return a sentence with its values."""
        return _SAID[key][LANGUAGES.index(self.lang)].format(**values)

    def tier(self, tier: str) -> str:
        """Name a tier, or none."""
        if tier == NONE:
            return self.say("none")
        labels = {each.id: each.label(self.lang) for each in self.protocol.tiers} if self.protocol else {}
        return labels.get(tier) or (_TIERS_ZH.get(tier, tier) if self.lang == "zh" else tier)

    def role(self, role: str) -> str:
        """Name a role."""
        return role if self.protocol is None else self.protocol.role_label(role, self.lang)

    def exception(self, reason: str, detail: str) -> str:
        """Say why a household was not placed."""
        if self.lang == "zh" and reason in _REASONS_ZH:
            reason, detail = _REASONS_ZH[reason]
        return self.say("exception", reason=reason, detail=detail)

    def reason(self, reason: str) -> str:
        """Name the reason for which a household was not placed."""
        if self.lang == "zh" and reason in _REASONS_ZH:
            return _REASONS_ZH[reason][0]
        return reason.replace("_", " ")

    def conflict(self, role: str, kind: str, detail: str) -> str:
        """Say what is odd about the duties of an official."""
        called = kind.replace("_", " ")
        if self.lang == "zh":
            called = _CONFLICTS_ZH.get(kind, called)
        detail = conflict_detail(detail, self.lang)
        return self.say("conflict", role=self.role(role), kind=called, detail=detail)

    def tiers(self, counts: Iterable[tuple[str, int]]) -> str:
        """List how many households each tier has."""
        said = [self.say("split_tier", tier=self.tier(tier), count=count) for tier, count in counts]
        return ("、" if self.lang == "zh" else ", ").join(said)


def conflict_detail(detail: str, lang: str) -> str:
    """Say the detail of a conflict of duties, which is English; one that is not known stays as it is."""
    for pattern, said in _CONFLICT_DETAILS_ZH if lang == "zh" else ():
        found = re.fullmatch(pattern, detail, re.DOTALL)
        if found:
            return _in_chinese(found.expand(said))
    return detail


def _in_chinese(said: str) -> str:
    """Say in Chinese what kinds of targets a detail lists."""
    for english, chinese in _TARGETS_ZH:
        said = re.sub(english, chinese, said)
    return said
