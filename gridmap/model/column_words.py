"""The words that people write for the values of a column, each with the value that is meant."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _words(**words: str) -> Mapping[str, str]:
    """Turn ``meant="word word"`` into word -> meant."""
    return MappingProxyType({word: meant for meant, text in words.items() for word in text.split()})


LEVEL_WORDS = _words(
    county="县 区 区县 县区 县级",
    town="镇 乡 街道 乡镇 镇街 镇街道 乡镇街道",
    village="村 社区 村社 村居 村社区 行政村 community",
    grid="网格 网格级",
    microgrid="微网格 micro-grid micro_grid",
    building="楼栋 楼幢 幢",
)
KIND_WORDS = _words(
    home="住宅 住户 居民 居民户 house household",
    dormitory="宿舍 集体宿舍 集体户",
    enterprise="企业 公司 工厂 company",
    shop="商铺 店铺 商户 沿街商铺",
    establishment="养殖场 养殖户",
)
ROLE_WORDS = _words(
    lead_official="包干领导 包保领导 县领导",
    secretary="村社书记 村书记 社区书记 书记 村社区书记",
    contact_leader="联系领导 联系镇领导",
    grid_head="网格长 全科网格长",
    grid_member="网格员 专职网格员 兼职网格员",
    microgrid_head="微网格长",
    linked_member="党员联户 联户党员",
    enterprise_link="网格连企 连企员 企业联络员",
    pioneer="党员先锋岗 先锋岗 党员先锋",
    volunteer="志愿者 志愿服务岗",
    medical="医务 医务人员 医生",
    police="民警 公安 警察",
)
SITE_WORDS = _words(
    isolation_point="隔离点 集中隔离点",
    gate="卡口 检查点",
    test_site="采样点 核酸采样点",
    delivery_point="配送点 物资点",
)
TARGET_WORDS = _words(
    zone="区 封控区 管控区 防范区 区域",
    area="辖区 网格 微网格 村社区 村社 村 社区 镇街道 网格单元",
    site="点位 隔离点 卡口 采样点 配送点",
    household="住户 户 家庭 居民户",
)
CHANNEL_WORDS = _words(
    visit="上门 入户 走访 上门走访 入户走访 面访 登门",
    phone="电话 打电话 电话联系 手机 call telephone",
    wechat="微信 微信群 微信联系 weixin",
    app="微嘉园 微嘉园app 小程序",
)
RESULT_WORDS = _words(
    reached="已联系 已联系上 联系上 已联 有需 已到户 已走访 已见面 已核实 在家 正常 是 √ ✓ ✔ ☑ ok yes done",
    absent="无人 不在 不在家 家中无人 没人 未联系上 未联系 联系不上 无人接听 未接 未接通 关机 否 × ✗ ✘ no",
    refused="拒绝 拒访 拒绝配合 不配合",
    moved="已搬离 搬离 已搬走 搬走 搬家 已迁出 迁出",
)
BOUNDARY_WORDS = _words(
    road="道路 公路 马路 街道 路 街 巷 弄 国道 省道 县道 乡道 村道 高速 高速公路 城市道路 street highway"
    " motorway trunk primary secondary tertiary residential unclassified service track footway path"
    " living_street pedestrian cycleway motorway_link trunk_link primary_link secondary_link tertiary_link",
    river="河流 河道 河 江 溪 渠 水系 运河 沟渠 river stream canal waterway drain ditch riverbank",
    rail="铁路 轨道 轨道交通 railway subway light_rail tram",
    border="边界 界线 行政界线 行政边界 村界 镇界 县界 boundary administrative",
    other="其他 其它",
)
PLACE_WORDS = _words(home="居住 住所 居住地", work="工作 单位 工作地", activity="活动 活动地")
