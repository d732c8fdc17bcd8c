"""The words of contact lists, in Chinese and in English."""

from __future__ import annotations

_HEADINGS = {
    "number": ("序号", "No."),
    "area": ("辖区", "Area"),
    "address": ("住址", "Address"),
    "building": ("小区楼幢", "Building"),
    "head_name": ("户主", "Head of household"),
    "phone": ("联系电话", "Phone"),
    "residents": ("人数", "Residents"),
    "kind": ("类别", "Kind"),
    "needs": ("需求", "Needs"),
    "flags": ("标记", "Flags"),
    "linked_member": ("联户党员", "Linked member"),
    "zone": ("所属区", "Zone"),
    "channel": ("联系渠道", "Channel"),
    "result": ("联系结果", "Result"),
    "needs_now": ("本次需求", "Needs found"),
    "reached_on": ("联系日期", "Date"),
    "household_id": ("住户编号", "Household id"),
    "cell_id": ("网格编码", "Cell id"),
    "tier": ("等级代码", "Tier code"),
    "official_id": ("人员编号", "Official id"),
    "name": ("姓名", "Name"),
    "role": ("职责", "Role"),
    "unit": ("单位", "Unit"),
    "duties": ("负责范围", "Responsible for"),
    "row": ("原表第几户", "Row in the roster"),
    "reason": ("待核原因", "Reason"),
    "village": ("村(社区)", "Village"),
    "clear_by": ("核实责任人", "To be cleared by"),
    "target_kind": ("对象类别", "Needed for"),
    "target": ("对象", "Which"),
    "target_name": ("对象名称", "Its name"),
    "missing": ("缺几人", "Missing"),
    "hard": ("必须到岗", "Must be filled"),
    "detail": ("说明", "Detail"),
    "conflict": ("冲突类别", "Conflict"),
    "substitute": ("建议替补", "Proposed substitute"),
    "team": ("队伍", "Team"),
    "part": ("身份", "Part"),
    "post_kind": ("岗位类别", "Kind of post"),
    "post": ("岗位", "Post"),
    "shift": ("班次", "Shift"),
    "needed": ("应到", "Needed"),
    "filled": ("实到", "Filled"),
    "on_duty": ("在岗人员", "On duty"),
    "before": ("原责任人", "Before"),
    "after": ("现责任人", "Now"),
    "count": ("户数", "Households"),
    "supply": ("物资", "Supply"),
    "amount": ("数量", "Amount"),
    "unit_of": ("计量单位", "Unit"),
    "rate": ("标准", "Rate"),
    "counted": ("基数", "Reckoned for"),
    "basis": ("依据", "Basis"),
}
_PHRASES = {
    "sheet_officials": ("责任人", "Officials"),
    "sheet_households": ("住户", "Households"),
    "sheet_vacancies": ("缺岗", "Vacancies"),
    "sheet_conflicts": ("冲突", "Conflicts"),
    "sheet_teams": ("队伍", "Teams"),
    "sheet_posts": ("岗位班次", "Posts and shifts"),
    "sheet_supplies": ("物资", "Supplies"),
    "sheet_homes": ("住在区内的人员", "Staff living in zones"),
    "sheet_changes": ("责任人调整", "Changes"),
    "sheet_gaps": ("责任链缺口", "Gaps in the chain"),
    "sheet_exceptions": ("待核名单", "To be cleared"),
    "list_of": ("{name} 负责的住户", "Households of {name}"),
    "vacancies": ("缺岗:尚无人负责", "Vacancies: nobody serves"),
    "conflicts": ("冲突:须有人裁定", "Conflicts: somebody must settle"),
    "teams": ("突击队与临时党支部", "Teams and temporary branches"),
    "posts": ("岗位、班次与在岗人员", "Posts, shifts and who is on duty"),
    "supplies": ("后勤保障", "Supplies"),
    "homes": ("本人住在封控、管控、防范区内的工作人员", "Staff whose own household lies in a zone"),
    "changes": ("责任人调整:谁换成谁", "Changes: who is new to whom"),
    "gaps": ("责任链缺口:{count}户缺责任人", "Gaps in the chain: {count} households lack somebody"),
    "no_gaps": (
        "责任链缺口:无,每户各级责任人齐全",
        "Gaps in the chain: none, every household has all of it",
    ),
    "lacks": ("缺{who}", "no {who}"),
    "lacking": ("缺{count}人", "{count} missing"),
    "nobody": ("(无人)", "(nobody)"),
    "households_of": ("{count}户", "{count} households"),
    "leader": ("负责人", "leader"),
    "member": ("成员", "member"),
    "each_person_on_duty": ("每名在岗人员", "person on duty"),
    "each_household": ("每户", "household"),
    "each_resident": ("每人", "resident"),
    "each_zone": ("每区", "zone"),
    "all_person_on_duty": ("在岗{count}人", "{count} people on duty"),
    "all_household": ("{count}户", "{count} households"),
    "all_resident": ("居民{count}人", "{count} residents"),
    "all_zone": ("{count}个区", "{count} zone"),
    "unit_daily": ("{unit}/天", "{unit} a day"),
    "unit_once": ("{unit}", "{unit}"),
    "rate_daily": ("{per}每天{amount}{unit}", "{amount} {unit} per {per} and day"),
    "rate_once": ("{per}{amount}{unit}", "{amount} {unit} per {per}"),
    "order": ("文件规定", "order"),
    "practice": ("实践做法", "practice"),
    "to_clear": (
        "待核名单:{count}户未能落格,须查清住处,不得遗漏",
        "To be cleared: {count} households could not be placed; find out where they live",
    ),
    "all_placed": ("待核名单:无,所有住户均已落格", "To be cleared: nobody, every household is placed"),
    "reached": ("已联系", "Reached"),
    "reached_of": ("{reached}户,共{count}户", "{reached} of {count} households"),
    "pick": (
        "请从下拉列表中选择;确有其他情况可照写。",
        "Pick from the list; write other text only if none fits.",
    ),
    "pick_date": ("请填写日期,如 2022-03-05。", "Write a date, such as 2022-03-05."),
    "nothing": ("无", "none"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "zone": ("区", "zone"),
    "area": ("辖区", "area"),
    "site": ("点位", "site"),
    "household": ("住户", "household"),
    "double_booking": ("一人多岗", "serves several"),
    "inside_serves_outside": ("住在封控区内却负责区外", "lives inside, serves outside"),
    "outside_serves_inside": ("住在封控区外却负责区内", "lives outside, serves inside"),
    "unknown_territory": ("辖区不存在", "unknown territory"),
    "two_heads": ("一岗多人", "two for one post"),
    "no_phone": ("无电话", "no phone"),
    "overload": ("超出承担户数", "overload"),
    "level_missing": ("网格缺少该层级", "level missing"),
    "unknown_pin": ("手工指定无效", "invalid duty set by hand"),
}


_COLUMNS = {text: column for column, both in reversed(_HEADINGS.items()) for text in both}


def heading(column: str, lang: str) -> str:
    """Return the heading of a column; a column that is not known is shown as it is."""
    return _HEADINGS.get(column, (column, column))[lang == "en"]


def column_of(text: str) -> str:
    """Return the column that a heading in either language means; empty if it is none."""
    return _COLUMNS.get(text, "")


def phrase(key: str, lang: str, **values: object) -> str:
    """Return a wording in `lang`; a key that is not known is shown as it is."""
    text = _PHRASES.get(key, (key, key))[lang == "en"]
    return text.format(**values) if values else text
