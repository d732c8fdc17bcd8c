"""In Chinese what the workbench is refused, as far as a person can mend it there."""

from __future__ import annotations

import re
from functools import cache

# What is said in English, with {} for what differs, and the same in Chinese with the first of these marks.
_SAID = {
    # saving, branches and drafts
    "a save needs a reason, for those who read the history later": "保存须写明理由,供日后查阅历史的人看",
    "a branch needs a name; the main line is the one without": "分支须有名称;没有名称的是主线",
    "there is a branch {} already; choose another name, or go to it": (
        "已有名为 {} 的分支;请另取名称,或转到该分支"
    ),
    "there is no branch {}; there are: {}": "没有分支 {};现有:{}",
    "there is no draft {} any more; there are: {}": "草稿 {} 已不在;现有:{}",
    "the plan is over another grid than that of {}; nothing was saved": (
        "方案与 {} 中的网格不是同一份;没有保存任何内容"
    ),
    "version {} is over another grid than that of now ({}); open a copy from before": (
        "版本 {} 所依据的网格与现在的不同({});请打开从前的副本"
    ),
    "the two plans are over different grids; {}": "两个方案依据不同的网格,请重新载入工作台再比较",
    # zones
    "a zone of this plan has or had the number {}; choose another": (
        "本方案已有或曾有编号为 {} 的区;请另选编号"
    ),
    "merging needs two zones or more": "合并至少要选两个区",
    "zones of different tiers cannot be merged: {}": "不同等级的区不能合并",
    "splitting needs the cells that leave the zone": "拆分须选出要离开该区的网格单元",
    "{} not in zone {}; name cells of that zone": "{} 不在区 {} 内;请选该区的网格单元",
    "{} are not in zone {}": "{} 不在区 {} 内",
    "zone {} is {}; lifted it cannot be {}": "区 {} 解除后不能改为所选等级",
    "zone {} is {}, not {}; choose one of that tier": "区 {} 不是所选等级;请选该等级的区",
    "carve-out {} is not in zone {}": "划出部分 {} 不在区 {} 内",
    # what is drawn
    "a shape needs at least three corners; draw it again": "图形至少要有三个角,请重画",
    "a line needs two points; draw it again": "线至少要有两点,请重画",
    "the shape is a {}; draw a polygon": "所画的不是多边形,请画多边形",
    "the shape crosses itself or is broken: {}": "图形自相交或残缺({}),请重画",
    "the shape lies outside the grid; draw it over cells, in the CRS of the grid": (
        "图形在网格之外,请画在网格单元上"
    ),
    "pick roads or other lines, or draw some, and then close the area with them": (
        "请先选道路等边界,或自己画线,再合围"
    ),
    "a distance of {} m is none; give a number of metres above 0": "距离 {} 米无效,请填大于 0 的米数",
    # cases, proposals and duties
    "nothing says where the case is; {}": "还不知道病例在哪里:请选住户或网格单元,或在地图上点一下",
    "case {} has no place; give it an address, a cell or coordinates": (
        "病例 {} 没有位置;请补地址、网格单元或坐标"
    ),
    "the roster has no placed household {}; {}": "名册中没有已落位的住户 {};请改选,或在地图上点一下",
    "an accepted proposal needs a reason, for those who read the history later": (
        "采纳提议须写明理由,供日后查阅历史的人看"
    ),
    "the plan has changed since this was proposed; make it again": "提议之后方案已变,请重新生成提议",
    "this proposal is no longer there; make it again": "这份提议已不在,请重新生成",
    "the plan has changed since the duties were worked out; have them worked out again": (
        "分派之后方案已变,请重新分派"
    ),
    "what is to be handed over is not with this official any more; choose it again": (
        "要移交的已不在该责任人名下,请重新选择"
    ),
    "official {} is not among the {} officials of these duties; {}": (
        "责任人 {} 不在本次分派的 {} 名责任人之中;请先补入该责任人"
    ),
    "the clock proposes nothing for {}; see clock.proposals": "时钟对 {} 没有提议",
    "the clock is about version {}, not {}; ask it again": "时钟所依据的是版本 {},不是 {};请重新打开进展",
    # times and texts
    "{} is no date: {}; write it as 2022-03-05": "{} 不是日期:{};请写成 2022-03-05",
    "{} is no time: {}; write it as 2022-03-05T18:00": "{} 不是时间:{};请写成 2022-03-05T18:00",
    "{} is no time; write it as 2022-03-05T18:00+08:00": "{} 不是时间;请写成 2022-03-05T18:00+08:00",
    "the text has {} letters; paste one notice": "文本有 {} 个字,请只粘贴一份通告",
    # exports
    "another export is running; wait for it, or cancel it": "另一个导出正在进行,请等它结束,或取消它",
    "the plan has {} unsaved edit(s); save it first": "方案有 {} 处改动未保存,请先保存",
    "the export was stopped at {}; formats written before stay": "导出在 {} 处停止,此前写完的文件保留",
    # a page of an older program
    "this workbench does not know {}; load the page again": "本工作台不认识 {},请重新载入页面",
}


def in_chinese(said: str) -> str | None:
    """Return a refusal in Chinese, without the file that it is about; None if it has no words yet."""
    of_workspace = said.rpartition(".gpkg: ")[-1]
    for pattern, words in _patterns():
        found = pattern.fullmatch(of_workspace)
        if found:
            return words.format(*("无" if each == "none" else each.strip("'") for each in found.groups()))
    return None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the sentences as patterns with their words, those with the fewest marks first."""
    ordered = sorted(_SAID.items(), key=lambda pair: (pair[0].count("{}"), -len(pair[0])))
    return tuple((re.compile(re.escape(said).replace(r"\{\}", "(.+?)")), words) for said, words in ordered)
