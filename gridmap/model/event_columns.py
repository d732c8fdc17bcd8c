"""The columns of sheets of events: their headers and words, and which time means which kind of event."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gridmap.model.columns import Column, Table, fold_header
from gridmap.model.events import (
    ARRIVAL,
    CLOSURE,
    CONTACTS_TESTED,
    DEPARTURE,
    EVENT_KINDS,
    EXPOSURE,
    LIFTED,
    NEGATIVE,
    POSITIVE,
    REQUEST,
    REQUEST_CLOSED,
    RESULTS,
    RETURN,
    TEST_ROUND,
    TRANSFER,
    WITHDRAWN,
)


def _folded(meant: Mapping[str, tuple[str, str]], **more: str) -> Mapping[str, str]:
    """Return what each word means, folded: the code, both labels, and what else people write."""
    words = {fold_header(word): code for code, both in meant.items() for word in (code, *both)}
    words |= {fold_header(word): code for code, text in more.items() for word in text.split()}
    return MappingProxyType(words)


KIND_OF_WORD = _folded(
    EVENT_KINDS,
    **{
        CLOSURE: "封控 管控 封闭管理 实施封控 实施管控 close sealed",
        EXPOSURE: "最后暴露 密接末次暴露 暴露",
        CONTACTS_TESTED: "密接核酸 密接已检 密接核酸检测",
        TEST_ROUND: "核酸检测 核酸 检测 轮次 区域核酸 全员核酸 采样 test round",
        TRANSFER: "转运隔离 转出 送隔离点 外转",
        RETURN: "转回 返家 回家 返回居住地 隔离期满返回",
        ARRIVAL: "进 入 进门 驶入 in",
        DEPARTURE: "出 外出 出门 驶出 out",
        REQUEST: "诉求 需求 求助 服务需求",
        REQUEST_CLOSED: "办结 已办结 关闭 完成",
        LIFTED: "解封 降级 解除封控 解除管控",
        WITHDRAWN: "撤销 作废 撤回记录",
    },
)
RESULT_OF_WORD = _folded(
    RESULTS,
    **{NEGATIVE: "阴 全阴 全部阴性 均阴性 neg", POSITIVE: "阳 检出阳性 有阳性 pos"},
)
UNKNOWN_RESULTS = frozenset(
    map(fold_header, ["待出", "待出结果", "未出", "未出结果", "检测中", "待检", "pending", "unknown"])
)
TIME_OF_KIND: Mapping[str, str] = MappingProxyType(
    {
        CLOSURE: "closed_area_at",
        EXPOSURE: "exposed_at",
        CONTACTS_TESTED: "contacts_at",
        TEST_ROUND: "tested_at",
        TRANSFER: "transferred_at",
        RETURN: "returned_at",
        ARRIVAL: "arrived_at",
        DEPARTURE: "departed_at",
        REQUEST: "requested_at",
        REQUEST_CLOSED: "completed_at",
        LIFTED: "lifted_at",
    }
)
EVENTS = Table(
    "events",
    "事件记录",
    "Events",
    (
        Column(
            "event_id",
            "记录编号",
            "Event id",
            aliases="事件编号 诉求编号 转运编号 登记编号 流水号 编号 编码 id eventid",
        ),
        Column("kind", "类别", "Kind", aliases="事件类别 事件 事项 进出 进出方向 方向 类型 eventkind type"),
        Column("at", "时间", "Time", "date", "发生时间 登记时间 日期 日期时间 datetime date"),
        Column("closed_area_at", "封闭时间", "Closed at", "date", "封控时间 管控时间 封控日期 封闭日期"),
        Column("exposed_at", "末次暴露时间", "Last exposure at", "date", "末次暴露日期 最后暴露时间"),
        Column("contacts_at", "密接检测时间", "Contacts tested at", "date", "密接采样时间 密接检测日期"),
        Column("tested_at", "采样时间", "Tested at", "date", "检测时间 采样日期 检测日期"),
        Column("transferred_at", "转运时间", "Transferred at", "date", "转运日期 转出时间 转出日期"),
        Column("returned_at", "返回时间", "Returned at", "date", "返回日期 转回时间 返家时间 回家时间"),
        Column("arrived_at", "进入时间", "Arrived at", "date", "进门时间 到达时间 驶入时间"),
        Column("departed_at", "离开时间", "Departed at", "date", "外出时间 出门时间 驶出时间"),
        Column("requested_at", "提出时间", "Requested at", "date", "诉求时间 受理时间 提出日期 受理日期"),
        Column("completed_at", "办结时间", "Completed at", "date", "办结日期 关闭时间 完成时间"),
        Column("lifted_at", "解除时间", "Lifted at", "date", "解封时间 解除日期 降级时间"),
        Column(
            "zone_id",
            "区编号",
            "Zone id",
            aliases="区域编号 区号 封控区编号 管控区编号 防范区编号 zone",
        ),
        Column("area_id", "辖区编号", "Area id", aliases="辖区编码 网格编号 网格编码 area cell cellid"),
        Column("household_id", "住户编号", "Household id", aliases="户编号 户号 户编码 住户编码 household"),
        Column("building", "楼栋", "Building", aliases="楼幢 幢 栋 楼号 栋号 幢号 楼栋号"),
        Column(
            "site_id",
            "点位编号",
            "Site id",
            aliases="点位 隔离点 隔离点编号 卡口 卡口编号 采样点 采样点编号 site",
        ),
        Column(
            "persons", "人数", "Persons", "number", "转运人数 进出人数 返回人数 人次 people personsreturned"
        ),
        Column("round", "轮次", "Round", "number", "检测轮次 第几轮 轮"),
        Column("due", "应检人数", "Due", "number", "应检 应采 应采人数 应采样人数 应测人数"),
        Column(
            "tested",
            "已检人数",
            "Tested",
            "number",
            "实检 已检 实检人数 已采 已采人数 实采人数 采样人数 检测人数",
        ),
        Column("positive", "阳性人数", "Positive", "number", "阳性 阳性数 检出阳性人数 检出阳性"),
        Column("result", "结果", "Result", aliases="检测结果 核酸结果"),
        Column("owner", "责任人编号", "Owner id", aliases="承办人编号 经办人编号 办理人编号 owner"),
        Column("of", "对应编号", "Of event", aliases="对应记录编号 对应事件编号 撤回编号 原编号 ofevent"),
        Column("note", "说明", "Note", aliases="备注 内容 诉求内容 事由 remark content"),
        Column("author", "录入人", "Author", aliases="填报人 登记人 记录人"),
    ),
)
