"""Make gridmap/static/fonts/gridmap-sans-sc.otf, the font in which gridmap draws on any machine.

Run by hand, seldom: ``.venv/bin/python tools/make_font.py``. It takes a minute and gives the same bytes from
the same source: Noto Sans CJK SC Regular of Debian's package fonts-noto-cjk, SIL Open Font License 1.1.

It keeps every hanzi from U+4E00 to U+9FFF (all of GB2312 and GBK), the others of the general standard table
(通用规范汉字表, 2013), and the letters, punctuation, full-width forms and marks of maps.
The outlines stay CFF, as in the source: matplotlib's Type 3 embedding draws them cleanly.
"""

import argparse
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
TARGET = Path(__file__).parents[1] / "gridmap" / "static" / "fonts" / "gridmap-sans-sc.otf"
SC_FACE = 2
FAMILY = "Gridmap Sans SC"
POSTSCRIPT_NAME = "GridmapSansSC-Regular"

BLOCKS = (
    (0x0020, 0x024F),  # Latin
    (0x02B0, 0x036F),  # tone marks
    (0x0370, 0x045F),  # Greek, Cyrillic
    (0x1E00, 0x1EFF),  # Latin with two marks, pinyin among them
    (0x2000, 0x2BFF),  # punctuation, currency, arrows, mathematics, boxes, geometric marks
    (0x2E80, 0x2FDF),  # radicals
    (0x3000, 0x30FF),  # CJK punctuation, kana
    (0x3105, 0x312F),  # bopomofo
    (0x31C0, 0x31E3),  # strokes
    (0x3220, 0x3247),  # hanzi in brackets
    (0x3280, 0x33FF),  # hanzi in circles, squared units
    (0x4E00, 0x9FFF),  # hanzi
    (0xFE10, 0xFE6F),  # vertical and small forms
    (0xFF01, 0xFF5E),  # full-width forms
    (0xFFE0, 0xFFE6),  # full-width signs
)
STANDARD_HANZI_OUTSIDE_BLOCKS = (
    "㧟䏝㤘䥽䁖䦃㸆䜣㧑㕮㑇㳇䢺䢼㭎㟃㑊䌹㛃㭕䴓䶮䏡㶲㳚㳘䓖㛚䂮㙍䓫䓬䓨䓛䴕㫰䎃㿠䝙䏲䴔㥄㙘㺄䐃㴔㛹䴖䃅䣘㬊䅟䲟䃎䴗㬎㙦㽏㮾㻬䗖㠇䴘㵐㬚"
    "䗛㠓㘎䲠䗪䗴䲢䎖䴙㰀㸌𬉼𠳐𥻗𠙶𬣙𨙸𬇕𬣞𬘓𫭟𫭢𫇭𫐄𫵷𣲘𣲗𬇙𬣡𫸩𨚕𫘜𬘘𫘝𦭜𬨂𬀩𬀪𬬩𫍣𬣳𬩽𬮿𬯀𫰛𬳵𬳶𫠊𬍛𬜬𦰡𪾢𪨰𫓧𬬮𬬱𬬭𦙶𬘡𬳽𬘩𫄧𪟝𬍤𫭼𬜯𬂩"
    "𫠆𨐈𬌗𫑡𪨶𬬸𬬻𬬹𬬿𬭁𫢸𫗧𬊈𬒈𨺙𬳿𫄨𬘫𫮃𬱖𬟽𫓯𫟹𫟼𠅤𬇹𬍡𬤇𫍯𬤊𫍲𬯎𬘬𬘭𬴂𫘦𫟅𬘯𫘧𪣻𡎚𬃊𬷕𫐐𬹼𧿹𫶇𫖮𬭊𨱇𫓶𬭎𫖯𬱟𫛭𫷷𬮱𬊤𣸣𬴃𫘨𤧛𬪩𬒔𬨎𫐓𫫇"
    "𫓹𬭚𬭛𬕂𬶋𬶍𦝼𫔶𫌀𫖳𫘪𫘬𫞩𡐓𪤗𣗋𬸘𬒗𥔲𫚖𨱏𬭤𫚕𬶐𬶏𩽾𬸚𬤝𬙂𬭩𩾃𬸣𫍽𬴊𬞟𥕢𫟦𬺈𫠜𪩘𬭬𨱑𬭯𫗴𬸦𫄷𤩽𬭳𬭶𫔍𬭸𨱔𬭼𫔎𬸪𬶟𬶠𬶨𦈡𫄸𬟁𥖨𦒍𬙊𬶭𩾌𨟠"
    "𬶮𨭉𬙋𤫉𬺓𫚭"
)


def wanted_code_points() -> set[int]:
    """List what the font should cover, as far as its source has it."""
    blocks = {code for first, last in BLOCKS for code in range(first, last + 1)}
    return blocks | {ord(char) for char in STANDARD_HANZI_OUTSIDE_BLOCKS}


def subset_to(font: TTFont, code_points: set[int]) -> None:
    """Cut `font` down to the code points, without the layout and vertical tables that no output uses."""
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    options.notdef_outline = True
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=code_points)
    subsetter.subset(font)


def rename(font: TTFont) -> None:
    """Give the changed font its own name, as the licence asks of a changed version."""
    names = {1: FAMILY, 3: f"1.0;{POSTSCRIPT_NAME}", 4: f"{FAMILY} Regular", 6: POSTSCRIPT_NAME}
    for record in font["name"].names:
        record.string = names.get(record.nameID, record.toUnicode())
    cff = font["CFF "].cff
    cff.fontNames = [POSTSCRIPT_NAME]
    cff.topDictIndex[0].FullName = f"{FAMILY} Regular"
    cff.topDictIndex[0].FamilyName = FAMILY


def main() -> None:
    """Read the source, write the font."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=Path, default=SOURCE)
    parser.add_argument("--target", type=Path, default=TARGET)
    choice = parser.parse_args()
    font = TTFont(choice.source, fontNumber=SC_FACE, recalcTimestamp=False)
    subset_to(font, wanted_code_points())
    rename(font)
    choice.target.parent.mkdir(parents=True, exist_ok=True)
    font.save(choice.target)


if __name__ == "__main__":
    main()
