"""The words and patterns by which notices are read; all of folded text, see `gridmap.core.notice_in.fold`."""

from __future__ import annotations

import re

_COUNT = "[一二三四五六七八九十百〇]+"
_WORD = r"(?:幢|栋|号楼|座|#楼|#|号(?!文|公告|通告|令|通知|微?网格|线|[路街桥门]))"
_NUMERAL = "[〇零一二三四五六七八九十百]{1,5}"
_PLAIN = rf"(?:\d+|{_NUMERAL})"
_NUMBER = rf"第?(?:\d+[a-z]?|{_NUMERAL})"
_INCLUDED = r"(?:\(含\))?"
_PIECE = rf"{_NUMBER}(?:{_WORD})?{_INCLUDED}(?:[-至到]{_NUMBER})?"
_BETWEEN = "[、,和及与]|以及"
BUILDINGS = re.compile(
    rf"(?:{_PIECE}(?:{_WORD})?{_INCLUDED}(?:{_BETWEEN}))*{_PIECE}{_WORD}{_INCLUDED}"
    r"|buildings? \d+(?:-\d+)?(?:, \d+(?:-\d+)?)*"
)
# In prose 一栋 and 同一楼 are no address; 3幢 and 第三栋 are.
TELLS_BUILDING = re.compile(
    rf"(?:第?\d+[a-z]?|第{_NUMERAL}|(?<![每同这那逐任某另上下]){_NUMERAL}){_WORD}(?!一)|buildings? \d"
)
PIECE = re.compile(rf"({_PLAIN})([a-z]?)(?:{_WORD})?{_INCLUDED}(?:[-至到]第?({_PLAIN})(?![a-z]))?")
PARITY = re.compile(
    r"\(?(?:范围)?(?:之?[中内])?的?(?:所有|全部|各)?(?P<parity>[单双奇偶])(?:号|数)?(?:号楼|门牌号?|楼幢|楼栋|楼|幢|栋|号)\)?"
)
_UNIT = rf"{_PLAIN}(?:单元)?(?:[-至到]{_PLAIN}(?:单元)?)?"
UNITS = re.compile(rf"(?:{_UNIT}[、,和及])*{_PLAIN}(?:(?:单元)?[-至到]{_PLAIN})?单元")
ROOM = re.compile(r"(?:[\d-]+(?:室|户|层|楼|号)|[\d-]{2,})")

NUMBERING = re.compile(
    rf"\({_COUNT}\)[、.]?|{_COUNT}[、.](?!\d)|\(\d{{1,3}}\)|(?:\d{{1,3}}[、)]|\d{{1,3}}\. ?)(?!\d)|[①-⑳⑴-⒇]"
)
_LABELS_ZH = (
    ("area", "(?:区域|划定|管理|具体)?范围(?:为|是|包括)?"),
    ("includes", "涉及楼幢|涉及区域|包括楼幢"),
    ("borders", "四至(?:范围)?(?:为)?"),
    ("on_map", "以附图为准"),
    ("measures", "(?:管理|管控|防控|防范|封控|具体)(?:措施|要求)"),
    ("lifting", "(?:解除|调整|降级)(?:条件|标准)"),
)
_LABELS_EN = (
    ("area", "area"),
    ("includes", "buildings there"),
    ("borders", "borders"),
    ("on_map", "see the map for"),
    ("measures", "measures"),
    ("lifting", "lifting"),
)
LABELS = tuple(
    (kind, re.compile(rf"(?:{words})(?::|(?=同)) ?")) for kind, words in (*_LABELS_ZH, *_LABELS_EN)
)
_ANY_LABEL = "|".join(f"(?:{words})[:同]" for _, words in (*_LABELS_ZH, *_LABELS_EN))

_TWO = rf"(?:\d{{1,2}}|{_NUMERAL})"
_DAY_ZH = (
    r"(?:(?P<year>20\d\d|二[〇零○o0][〇零○o0一二三四五六七八九]{2})年)?"
    rf"(?:(?P<month>{_TWO})月(?P<day>{_TWO})日)"
)
_HALVES = "凌晨|清晨|早晨|早上|早|上午|正午|中午|下午|傍晚|今晚|当晚|晚上|晚间|晚|午夜|半夜|深夜|夜间|夜里"
_HOUR_ZH = (
    rf"(?:(?P<half>{_HALVES})?(?P<hour>{_TWO})(?:时|点|:)"
    rf"(?:(?P<minute>{_TWO})分?|(?P<half_past>半)|整)?)?"
)
_ZONE = r"(?: ?\(utc(?P<zone>[+-]\d\d:\d\d)\))?"
MOMENT_ZH = re.compile(rf"{_DAY_ZH}{_HOUR_ZH}{_ZONE}")
FROM_ISSUE = re.compile(
    r"(?:自|从)?(?:本通[告知])?(?:即日|(?:发布|公布|印发|下发)之日|(?:发布|公布)之?时)起(?:开始)?(?:执行|实施|施行|生效)?"
)
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
          "october", "november", "december")  # fmt: skip
MOMENT_EN = re.compile(
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d\d) on )?(?P<day>\d{1,2}) "
    rf"(?P<month>{'|'.join(MONTHS)}) (?P<year>\d{{4}}){_ZONE}"
)
NUMBER = re.compile(
    r"[\u4e00-\u9fffa-z]{0,12}[〔\[(【](20\d\d)[〕\])】]第?\d{1,4}号?|(?:20\d\d年)?第\d{1,4}号"
)
VERSION = re.compile(r"(?:方案版本|plan version )[0-9a-f]{16}")

BEGINS_ANEW = (
    rf"(?:{NUMBERING.pattern})|{_ANY_LABEL}|{_DAY_ZH}$|.{{1,6}}区[:为是]"
    rf"|\d{{1,2}} (?:{'|'.join(MONTHS)}) \d{{4}}$|(?:{NUMBER.pattern})$"
)
ENDS_LINE = r"[。;!?:.]$|(?:通告|公告|通知|令|通报)(?:\(.{1,12}\))?$|^notice\b"
TITLE = re.compile(
    r"^.{2,120}(?:通告|公告|通知|通报|决定|命令)(?:\(.{1,20}\))?$|^notice: .*$|^.*\bannouncement$"
)
ISSUER = re.compile(
    r"^.{3,60}(?:指挥部|领导小组|工作组|办公室|人民政府|委员会|卫生健康局|管委会|中心|专班)(?:\(.{1,20}\))?$"
)

OTHER_TIER = re.compile(
    r"(?:[高中低]风险|临时|重点|静态|静默|临时静默|协防|警戒|缓冲|封闭|封控|管控|防范|观察|疫点|疫)(?:管理|管控|封控|控制|防范|防控|隔离)?区"
)
MODIFIERS = ("临时", "重点", "静态", "静默", "类", "准", "非", "原")
ASSIGNS = re.compile(
    r"(?:(?:重新)?(?:划定|划分|划|列|调整|下调|变更|升级|降级|降|升|确定|认定|定|设|设定|设置|转|改)(?:为|成)|(?:纳入|列入|划入|归入)|(?:实行|实施|采取|按|按照)|属于?|为|作为)(?:第?[一二三]类)?$"
    r"|(?:is|are|has been|have been) (?:downgraded|lowered|changed|upgraded)(?: to)?(?: the)? ?$"
)
OPENS = re.compile(r"(?:区域|范围|名单)?(?:具体)?(?:为|是|包括|有|即|如下)?(?:以下区域)?:?")
FROM_TIER = "由从"
BASIS = re.compile(r"(?:依据|根据|按照|依照|鉴于|为了?|经|under )")
STAYS = re.compile(r"从高(?:原则|不从低|管理|执行)|就高")

EXCEPT_BEFORE = re.compile(r"除(?:去|了)?([^。;]*?[^中境])(?:之外|以外|外)(?:的|,)?")
EXCEPT_BEHIND = re.compile(
    r"\(([^()]*?)除外\)|\((?:不含|不包括|不包含)([^()]*?)\)|,?(?:不含|不包括|不包含)([^,。;()]+)|(?<=[,、])([^,。;()、]+?)除外"
)
EXCEPT_EN = re.compile(
    r"\(except what is ([a-z, ]+?) there\)|\(except ?(?!what is)([^()]*(?:\([^()]*\)[^()]*)*)\)"
)
BESIDES_TIERS = re.compile(r"(?:之外|以外|外)的?")

WHOLE = ("全县域", "全县", "全域", "县域内", "县域", "本县", "全市", "全区", "辖区内", "辖区", "县内")
REST = re.compile(
    r"(?:的|内|范围内|区域内)?(?:其余|其他|其它|剩余|余下)(?:的)?(?:所有|全部|各)?(?:区域|地区|地方|范围|部分|楼幢|楼栋|楼宇|幢|村、?社区|村社区|村居|村|社区|网格|住户)?(?:的)?(?:所有)?(?:区域)?"
)
HEADS = (
    "现划定",
    "划定",
    "设立",
    "确定",
    "现将",
    "决定将",
    "决定对",
    "将",
    "对",
    "把",
    "即日起",
    "起",
    "其中",
    "包括",
    "包含",
    "含",
    "涉及",
    "分别是",
    "分别为",
    "具体为",
    "即",
    "现",
    "全部",
    "整个",
    "所有",
    "位于",
    "及",
    "以及",
    "和",
    "与",
    ":",
)
EVERY = re.compile("幢|栋|楼|all buildings")
ALL_AREA = re.compile("全域|辖区|whole area")
TAILS = re.compile(
    r"(?:的|全?小区|全村|全体|住户|全部|全域|整体|整个|范围|区域|所有|辖区|内|以内|住宅|民房|各?楼幢|各幢|楼栋|楼宇|居民楼|楼房|整栋|整幢"
    r"|共\d+[幢栋户]| ?\((?:all buildings|whole area)\))*"
)
ENDS = re.compile(
    r"$|[、,;:。!?()\n\x00]|\.(?=$|\n| )| \(|等(?:\d+(?:处|个|幢|栋))?"
    r"|(?:实行|实施|采取|落实|执行)(?=.{0,6}(?:封闭|封控|管控|防范|管理|隔离))"
    r"|and |划|列|调整|升级|确定|设为|纳入"
)
OTHERS = re.compile(
    r"等(?:\d+(?:处|个|幢|栋)|区域|地|地区|地点|小区|村)*(?=$|[、,;:。()]|划|列|为)"
    r"| and more, \d+ places in all"
)
AND = re.compile(r"以及|和|及|与|并")
SEPARATORS = frozenset("、,;:。!?()\n\x00. ")

SIDES = {"东": "east", "南": "south", "西": "west", "北": "north"}
_SIDE = "[东南西北](?:侧|面|边)?(?:至|到|临|起|沿|抵)"
SIDE = re.compile(
    rf"([东南西北])(?:侧|面|边)?(?:至|到|临|起|沿|抵)(.+?)(?=[,、;。()]|{_SIDE}|(?:所?合围|所围|围合|围成)|(?:以内|范围|的?区域)|\n|$)"
)
RING_JOINT = re.compile("[、,]")
_RING_NAME = rf"(?!由)(?:(?!{_SIDE})[^、,;。()\n\x00])"
RING = re.compile(
    rf"(由)?((?:{_RING_NAME}{{1,24}}?[、,])*?{_RING_NAME}{{1,48}}?)等?(?:[两三四五六七八几]条)?(?:道路|河流|边界)?"
    r"(?=所?合围|所围|围合|围成)"
)
ROUND = re.compile(
    r"[,、;]?(?:以上|四至)?(?:道路|河流|边界)?(?:所?合围|所围|围合|围成|范围|以内)?(?:起来|成|而成)?(?:的|之内|内|以内)?(?:区域|范围|地区|地块|部分)?(?:内|以内)?"
)
_BEYOND = "[^,、;。()\n\x00]{1,24}?"
BESIDE = re.compile(
    rf"({_BEYOND})以([东南西北])(?![东南西北])的?"
    rf"(?=[,、;。()\n\x00]|$|和|及|与|且|区域|范围|地区|之间|所?合围|所围|围合|围成|{_BEYOND}以[东南西北])"
)
OPPOSITE = {"东": "西", "南": "北", "西": "东", "北": "南"}
LINE_TAIL = re.compile(r"(?:一线|中心线|沿线|路口|为界|边|侧|内侧|外侧|岸|东岸|西岸|南岸|北岸)$")

PLACE_END = re.compile(
    r"(?:路|街|巷|弄|村|镇|乡|街道|社区|小区|新村|公寓|花园|家园|苑|园|府|城|大厦|广场|市场|园区|学校|医院|里|坊|湾|浜|圩|桥|组|网格|楼|号|幢|栋|座|单元|室|公司|厂|店|酒店|宾馆|商场|超市|宿舍|工地|合围区域|一带|沿线|区域)$"
)
MOST_PLACE = 24
BOILER = re.compile(
    r"实行|实施|采取|落实|执行|严格|严禁|禁止|不得|应当|应|须|请|按照|根据|依据|经研究|为了|自觉|配合|违反|追究|责任|调整|解除|检测|核酸|服务|足不出|人不出|不出|上门|进出|凭证|公交|停运|停课|堂食|聚集|口罩|测温|扫码|隔离|报告|拨打|电话|咨询|市民|群众|居民|人员|企业|单位|疫情|防控|保障|供应|期间|通告|公告|以附图|版本|有效期|划定|原则|标准|相应|措施|另行|及时|动态|有关|事项"
)
# Words that tell what is done in a zone, and no place; behind them a sentence is prose.
DOES = re.compile(
    r"实行|实施|采取|落实|执行|严格|严禁|禁止|不得|应当|足不出|人不出|不出|上门|进出|凭证|须|请|期间|做好|加强|开展|配合|负责|管理|按照|根据"
)
NOTHING = re.compile(
    r"(?:(?:共?[计有]?(?:\d+|[一二三四五六七八九十]+)[个处]|[共计有]+\d+[户幢栋])(?:区域|小区|地点)?"
    r"|暂?无|没有|具体|名单|如下|详?见附[件图]\d*|附件\d*|区域|地点|地址|名称"
    r"|(?:上述|以上|以下|下列|相关|有关|部分|各|该|本)(?:区域|范围|地区|小区|村|社区|地点|楼幢|楼栋|场所)|序号|全部|分别|均|也|且|同时|并|其中)+"
)
CLAUSE = re.compile(r"^(?:对|如|若|凡|因|当|经|请)|(?:的|时|后|者)$")
THESE = re.compile(
    r"(?:现|决定|将|把|对|划定|确定|设立|的)*(?:以下|下列|如下)(?:区域|小区|地区|地点|村|社区|楼幢|楼栋|场所|范围)*"
)
ITEM = re.compile(r"\d{1,2}[.)](?!\d) ?|[①-⑳⑴-⒇]")
LEAD = re.compile(r"(?:^|(?<=[,、:;\x00]))(?:现|决定|拟|同时|并|另)*(?:将|把|对)")
IN_TWO_ZONES = re.compile(r"\(跨区楼幢\)|\(partly in another zone\)")
LEFT_OUT = re.compile(
    r"不在本区的部分|中另有划定的部分|a part drawn on the map that is not meant|what is zoned otherwise in"
)
