"""The columns of every table as data: fixed names, labels, and the headers and words people use for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gridmap.model.column_words import (
    BOUNDARY_WORDS,
    CHANNEL_WORDS,
    KIND_WORDS,
    LEVEL_WORDS,
    PLACE_WORDS,
    RESULT_WORDS,
    ROLE_WORDS,
    SITE_WORDS,
    TARGET_WORDS,
)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name
        Its fixed name.
    zh, en
        Its labels.
    kind
        ``text``, ``number``, ``date`` or ``geometry``.
    aliases
        Other headers that mean it, separated by blanks, the surest first; `zh`, `en` and `name` always do.
    values
        Other ways to write its values, each with the value that is meant.
    fixed
        Whether every table that was read has it, filled with missing values if need be.
    """

    name: str
    zh: str
    en: str
    kind: str = "text"
    aliases: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    fixed: bool = True

    @property
    def headers(self) -> tuple[str, ...]:
        """All headers that mean this column, folded by `fold_header`, the surest first."""
        words = (self.name, self.zh, *self.aliases.split(), self.en)
        return tuple(dict.fromkeys(fold_header(word) for word in words))


@dataclass(frozen=True)
class Table:
    """The columns of a table; the first one is its index.

    Parameters
    ----------
    name
        Its key in `TABLES`.
    zh, en
        Its labels.
    columns
        The columns in order.
    """

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]

    @property
    def id_name(self) -> str:
        """The name of the index."""
        return self.columns[0].name


def fold_header(text: object) -> str:
    """Reduce a header to what matters: no case, no spaces, no punctuation, no unit in brackets.

    Examples
    --------
    >>> fold_header(" Head_Name "), fold_header("常住人口（人）")
    ('headname', '常住人口')
    """
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    return re.sub(r"[\W_]+", "", re.sub(r"[(\[【].*?[)\]】]", "", plain))


_CELL_HEADERS = (
    "所属网格 网格编码 网格代码 网格编号 所在网格 微网格编码 所属微网格 微网格 网格 cell gridcode gridid"
)
_PEOPLE_HEADERS = (
    "人数 人口 人口数 常住人数 家庭人口 家庭人数 居住人数 居住人口 居民数 总人口"
    " population pop totpop persons people"
)
_PHONE_HEADERS = "手机 手机号 手机号码 电话 电话号码 联系方式 联系号码 mobile tel telephone phonenumber"
_RELATION_HEADERS = "与户主的关系 和户主关系 户主关系 家庭关系 关系 relationship"
_ADDRESS_HEADERS = "地址 家庭住址 详细地址 居住地址 现住址 家庭地址 现住地址 户籍地址 addr"

_GEOMETRY = Column("geometry", "位置", "Location", "geometry")
_POSITION = (
    Column("lon", "经度", "Longitude", "number", "lng long 经", fixed=False),
    Column("lat", "纬度", "Latitude", "number", "纬", fixed=False),
    Column("x", "横坐标", "Easting", "number", "东坐标 pointx", fixed=False),
    Column("y", "纵坐标", "Northing", "number", "北坐标 pointy", fixed=False),
)
_CELL = Column("cell_id", "网格单元编码", "Cell", aliases=_CELL_HEADERS)
_ADDRESS = Column("address", "住址", "Address", aliases=_ADDRESS_HEADERS)
_PHONE = Column("phone", "联系电话", "Phone", aliases=_PHONE_HEADERS)


def _area_columns(level: str, zh: str, en: str, more: str) -> tuple[Column, Column]:
    name = Column(f"{level}_name", zh, en, aliases=more, fixed=False)
    code = Column(f"{level}_id", f"{zh}编码", f"{en} id", aliases=f"{zh}代码 {level}code", fixed=False)
    return name, code


_GRID = (
    Column(
        "cell_id",
        "网格单元编码",
        "Cell",
        aliases="单元编码 微网格编码 微网格代码 微网格编号 网格编码 网格代码 网格编号 区划代码"
        " 编码 代码 编号 code id gridcode",
    ),
    Column("name", "名称", "Name", aliases="单元名称 微网格名称 网格名称 cellname"),
    Column("level", "层级", "Level", aliases="级别 网格层级 网格级别", values=LEVEL_WORDS),
    Column(
        "parent_id",
        "上级编码",
        "Parent",
        aliases="上级代码 上级网格 上级网格编码 上级 所属上级 父级编码 父编码 父级 parentcode pid",
    ),
    Column("residents", "常住人口", "Residents", "number", _PEOPLE_HEADERS, fixed=False),
    _GEOMETRY,
    *_area_columns("county", "区县", "County", "县区 区县名称 县 县名"),
    *_area_columns("town", "镇街道", "Town", "镇街 街道 乡镇 乡镇街道 街道名称 乡镇名称 镇"),
    *_area_columns("village", "村社区", "Village", "社区 村 村社 村居 社区名称 村名 行政村 community"),
    *_area_columns("grid", "网格", "Grid", "所属网格 网格名称"),
)
_HOUSEHOLDS = (
    Column(
        "household_id",
        "户编号",
        "Household",
        aliases="户号 户编码 住户编号 住户编码 家庭编号 家庭编码 编号 编码 id 序号 no",
    ),
    _ADDRESS,
    Column("head_name", "户主姓名", "Head of household", aliases="户主 姓名 户主名称 name"),
    _PHONE,
    Column("residents", "常住人口", "Residents", "number", _PEOPLE_HEADERS),
    Column("relation", "与户主关系", "Relation to head", aliases=_RELATION_HEADERS, fixed=False),
    _GEOMETRY,
    _CELL,
    Column("building", "楼栋", "Building", aliases="楼幢 幢 栋 楼号 栋号 幢号 楼栋号"),
    Column("needs", "特殊需求", "Needs", aliases="需求 特殊人群 重点人群 特殊情况"),
    Column("flags", "标记", "Flags", aliases="标签 管控标记"),
    Column("kind", "住户类型", "Kind", aliases="类型 类别 户类型 房屋类型 性质", values=KIND_WORDS),
    *_POSITION,
    Column("holding_id", "养殖场编号", "Holding", aliases="畜禽养殖代码 场编号", fixed=False),
    Column("species", "畜种", "Species", aliases="畜禽种类 物种", fixed=False),
    Column("animals", "存栏数", "Animals", "number", "存栏 存栏量 动物数", fixed=False),
)
_OFFICIALS = (
    Column("official_id", "责任人编号", "Official", aliases="人员编号 人员编码 工号 编号 编码 id 序号 no"),
    Column("name", "姓名", "Name", aliases="责任人 责任人姓名 名字"),
    Column("role", "角色", "Role", aliases="职务 岗位 身份 责任角色", values=ROLE_WORDS),
    _PHONE,
    Column("unit", "单位", "Unit", aliases="工作单位 所在单位 部门"),
    Column(
        "territory",
        "责任辖区",
        "Territory",
        aliases="辖区 辖区编码 责任区 责任网格 包保区域 负责区域 包保网格",
    ),
    Column("home_cell", "居住网格", "Home cell", aliases="居住地网格 家庭所在网格 居住网格编码"),
    Column("capacity", "包保上限", "Capacity", "number", "容量 上限 户数上限 包保户数"),
    _GEOMETRY,
    *_POSITION,
)
_CASES = (
    Column("case_id", "病例编号", "Case", aliases="病例编码 病例号 编号 编码 id 序号 no"),
    _GEOMETRY,
    _CELL,
    _ADDRESS,
    Column("confirmed_on", "确诊日期", "Confirmed on", "date", "确诊时间 报告日期 报告时间 confirmed"),
    Column("onset_on", "发病日期", "Onset on", "date", "发病时间 症状日期 onset"),
    Column("sampled_on", "采样日期", "Sampled on", "date", "采样时间 阳性采样日期 sampled"),
    Column("isolated_on", "隔离日期", "Isolated on", "date", "隔离时间 管控时间 isolated"),
    *_POSITION,
)
_CASE_PLACES = (
    Column("case_id", "病例编号", "Case", aliases="病例编码 病例号"),
    Column("place_kind", "场所类型", "Kind of place", aliases="类型", values=PLACE_WORDS),
    Column("place", "场所", "Place", aliases="地点 地址 场所地址"),
    Column("from", "开始时间", "From", "date", "起 自"),
    Column("to", "结束时间", "To", "date", "止 至"),
)
_SITES = (
    Column("site_id", "点位编号", "Site", aliases="点位编码 编号 编码 id 序号 no"),
    Column("kind", "点位类型", "Kind", aliases="类型 类别", values=SITE_WORDS),
    Column("name", "点位名称", "Name", aliases="名称"),
    _GEOMETRY,
    Column("capacity", "容量", "Capacity", "number", "床位 床位数 人员上限"),
    *_POSITION,
)
_PINS = (
    Column("official_id", "责任人编号", "Official", aliases="人员编号 人员编码 工号 责任人"),
    Column("role", "角色", "Role", aliases="职责 职务 岗位 身份 责任角色", values=ROLE_WORDS),
    Column(
        "target_kind",
        "对象类别",
        "Kind of target",
        aliases="对象类型 责任对象类别 类别 类型 targetkind kind",
        values=TARGET_WORDS,
    ),
    Column("target", "对象", "Target", aliases="对象编号 对象编码 责任对象 责任对象编号 targetid"),
)
_DUTIES = (*_PINS, Column("origin", "由来", "Origin"))
_FOLLOWUPS = (
    Column("household_id", "住户编号", "Household id"),
    Column("channel", "联系渠道", "Channel", values=CHANNEL_WORDS),
    Column("result", "联系结果", "Result", values=RESULT_WORDS),
    Column("needs", "本次需求", "Needs found"),
    Column("reached_on", "联系日期", "Date", "date"),
    Column("source", "来源", "Source"),
    Column("official_id", "责任人编号", "Official"),
)
_BOUNDARIES = (
    Column(
        "boundary_id",
        "界线编号",
        "Boundary",
        aliases="界线编码 道路编号 道路编码 道路代码 路线编号 河流编号 河流编码 河道编号 编号 编码 代码"
        " id osm_id fid objectid gid code",
    ),
    Column(
        "name",
        "名称",
        "Name",
        aliases="道路名称 路名 路线名称 街道名称 河流名称 河道名称 河名 水系名称 铁路名称 线路名称 界线名称"
        " roadname streetname rivername waterway_name fullname",
    ),
    Column(
        "kind",
        "类型",
        "Kind",
        aliases="界线类型 类别 道路类型 道路等级 种类 fclass highway waterway railway type class",
        values=BOUNDARY_WORDS,
    ),
    _GEOMETRY,
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        "grid": Table("grid", "网格", "Grid", _GRID),
        "households": Table("households", "住户", "Households", _HOUSEHOLDS),
        "officials": Table("officials", "责任人", "Officials", _OFFICIALS),
        "cases": Table("cases", "病例", "Cases", _CASES),
        "case_places": Table("case_places", "病例场所", "Case places", _CASE_PLACES),
        "sites": Table("sites", "点位", "Sites", _SITES),
        "boundaries": Table("boundaries", "界线", "Boundaries", _BOUNDARIES),
        "pins": Table("pins", "指定责任", "Duties set by hand", _PINS),
        "followups": Table("followups", "联系记录", "Follow-ups", _FOLLOWUPS),
        "duties_in_force": Table("duties_in_force", "现行责任", "Duties in force", _DUTIES),
        "duties_before": Table("duties_before", "前次责任", "Duties before", _DUTIES),
    }
)
