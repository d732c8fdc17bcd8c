"""The words of the list on which people decide about a renewed roster, in Chinese and English."""

from __future__ import annotations

from gridmap.model.tables import fold_header

_WORDS = {
    "item": ("核对编号", "Key"),
    "why": ("待确认原因", "Why it is asked"),
    "reason": ("相符之处", "What agrees"),
    "strength": ("相符程度(百分)", "Strength of 100"),
    "decision": ("决定", "Decision"),
    "author": ("决定人", "Decided by"),
    "decided_at": ("决定时间", "Decided on"),
    "note": ("备注", "Note"),
    "old": ("原册 {heading}", "Old {heading}"),
    "new": ("新册 {heading}", "New {heading}"),
    "territory": ("责任辖区", "Territory"),
    "status": ("类别", "Class"),
    "old_rows": ("原册行数", "Rows of the old roster"),
    "new_rows": ("新册行数", "Rows of the new roster"),
    "total": ("合计", "Total"),
    "households": ("住户", "Households"),
    "officials": ("责任人", "Officials"),
    "sheet_counts": ("{table}核对", "{table}"),
    "sheet_pair": ("{table}待确认", "{table} in doubt"),
    "sheet_taken": ("{table}疑似重复", "{table} perhaps twice"),
    "sheet_alone": ("{table}不在新册", "{table} not in new file"),
    "title_counts": (
        "名册更新核对:{table}。原册与新册每一行只归一类,合计必须相等。",
        "Roster renewal: {table}. Every row of both rosters is in one class, and the classes add up.",
    ),
    "title_pair": (
        "待确认{table}:{count}对。是同一户(同一人)选「同一」,不是选「不同」。",
        "{table} in doubt: {count} pairs. Are both rows one and the same? Choose same or different.",
    ),
    "title_taken": (
        "疑似重复登记的{table}:{count}对。确属重复选「重复登记」,否则选「不同」。",
        "{table} that may be listed twice: {count} pairs. Choose entered twice, or different.",
    ),
    "title_alone": (
        "不在新册或原册重复的{table}:{count}行。查清后选「移除」或「保留」;未决定的一律保留。",
        "{table} not in the new roster or twice in the old: {count} rows. What is not decided stays.",
    ),
    "pick": ("请从下拉列表中选择。", "Pick one from the list."),
    "pick_date": ("请填写日期,如 2022-03-06。", "Write a date, such as 2022-03-06."),
}
STATUS = {
    "same": ("未变", "same"),
    "changed": ("信息变更", "changed"),
    "moved": ("已迁居或换岗", "moved"),
    "absent": ("人户分离", "absent though registered"),
    "new": ("新增", "new"),
    "gone": ("不在新册", "gone"),
    "doubled": ("重复登记", "entered twice"),
    "doubtful": ("待确认", "in doubt"),
}
WHY = {
    "weak": ("相符不足", "too little agrees"),
    "rival": ("另有相近的一行", "another row is nearly as good"),
    "taken": ("其中一行已与他行对应", "one row already belongs to another"),
    "gone": ("新册中没有", "not in the new roster"),
    "doubled": ("原册中重复", "twice in the old roster"),
}
REASONS = {
    "id": ("编号", "id"),
    "phone": ("电话", "phone"),
    "phone_near": ("电话近似", "phone nearly"),
    "address": ("住址", "address"),
    "address_near": ("住址近似", "address nearly"),
    "building": ("楼栋", "building"),
    "name": ("姓名", "name"),
    "name_near": ("姓名近似", "name nearly"),
}
POST_REASONS = {"address": ("岗位", "post"), "building": ("辖区", "territory")}
"""What agrees of officials, where it is another word."""
DECISIONS = {
    "same": ("同一", "same"),
    "different": ("不同", "different"),
    "doubled": ("重复登记", "entered twice"),
    "drop": ("移除", "drop"),
    "keep": ("保留", "keep"),
}
_MORE_DECISIONS = {"同一户": "same", "同一人": "same", "是": "same", "不是": "different", "重复": "doubled"}


def renewal_word(key: str, lang: str, **values: object) -> str:
    """Return a wording of the list; a key that is not known is shown as it is."""
    text = _WORDS.get(key, (key, key))[lang == "en"]
    return text.format(**values) if values else text


def said_in(words: dict[str, tuple[str, str]], codes: str, lang: str) -> str:
    """Write codes that are joined by ``;`` in words."""
    between = "、" if lang == "zh" else ", "
    return between.join(words.get(code, (code, code))[lang == "en"] for code in codes.split(";") if code)


def decision_code(text: str) -> str:
    """Return the decision that a word means; other text stays as it is, to be found fault with."""
    known = {fold_header(word): code for code, both in DECISIONS.items() for word in (code, *both)}
    known |= {fold_header(word): code for word, code in _MORE_DECISIONS.items()}
    return known.get(fold_header(text), text.strip())
