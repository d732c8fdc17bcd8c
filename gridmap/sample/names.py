"""Made-up names of places and people, and telephone numbers that ring nowhere."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridmap.sample.lattice import Ints

COUNTY_NAME = "示例县"
PHONE_PREFIX_HOUSEHOLD = "104"
"""No mobile number in China begins so (they begin with 13 to 19): nobody can be called by mistake."""
PHONE_PREFIX_OFFICIAL = "103"

_FIRST = tuple("桐槿梅兰荷菱芦茭萍苇榆槐杏桃梧竹棠桂松枫莲禾稻桑麻荻蒲葭苔蔚")
_SECOND = tuple("溪塘浦泾渚洲湾桥渡堰坞畈岸陌墩津潭墅屿源")
_COMPOUND = ("新村", "小区", "花苑", "家园", "公寓", "雅苑", "名庭", "里")
_HAMLET = tuple("浜汇埭圩港兜角浪溇荡")
_TURNS = tuple("东西南北上下前后大小")
_ROUNDS = ("", *"乙丙丁戊己庚辛壬癸")
_SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
)
_GIVEN = tuple(
    "安宁文明志远晓春秋月海平永康建林国英秀华玉兰芳敏静丽强军伟杰磊涛超斌鹏飞雪梅琴云霞红莉娟燕玲桂珍素清"
)

# Multipliers that share no factor with what they are taken modulo of: they shuffle without repeating.
_STRIDE = 7919
_PHONE_STRIDE = 61_803_399
_PHONES = 100_000_000


def _pick(count: int, *parts: tuple[str, ...], shift: int) -> list[str]:
    """Return `count` different texts, one piece of each of `parts`; later rounds end in 乙, 丙 and so on.

    No text ends in a digit, so that a house number can follow.
    """
    size = int(np.prod([len(part) for part in parts]))
    texts = []
    for number in range(count):
        rest = (number * _STRIDE + shift) % size
        text = ""
        for part in parts:
            rest, digit = divmod(rest, len(part))
            text += part[digit]
        again = number // size
        texts.append(text + _ROUNDS[again])
    return texts


def town_names(count: int, *, urban: int) -> list[str]:
    """Name towns, all different; the first `urban` are 街道, the others 镇."""
    stems = _pick(count, _FIRST, _SECOND, shift=0)
    return [stem + ("街道" if number < urban else "镇") for number, stem in enumerate(stems)]


def village_names(urban: list[bool]) -> list[str]:
    """Name villages, all different (乙, 丙 when the words run out): 社区 in town, 村 outside."""
    pieces = (_FIRST, _SECOND) if len(urban) < 500 else (_FIRST, _SECOND, _TURNS)
    stems = _pick(len(urban), *pieces, shift=311)
    return [stem + ("社区" if in_town else "村") for stem, in_town in zip(stems, urban, strict=True)]


def settlement_names(urban: list[bool]) -> list[str]:
    """Name the compound (in town) or the natural village (outside) of every grid, all different."""
    compounds, hamlets = sum(urban), len(urban) - sum(urban)
    turns = _TURNS if compounds > 4_000 else ("",)
    compound = iter(_pick(compounds, _FIRST, _SECOND, turns, _COMPOUND, shift=1009))
    seconds = _SECOND if hamlets > 2_500 else ("",)
    hamlet = iter(_pick(hamlets, _TURNS, _FIRST, seconds, _HAMLET, shift=503))
    return [next(compound) if in_town else next(hamlet) for in_town in urban]


def line_names(rivers: list[bool]) -> list[str]:
    """Name roads and rivers, all different (乙, 丙 when the words run out)."""
    turns = _TURNS if len(rivers) > 500 else ("",)
    stems = _pick(len(rivers), _SECOND, _FIRST, turns, shift=207)
    return [stem + ("河" if river else "路") for stem, river in zip(stems, rivers, strict=True)]


def person_names(count: int, rng: np.random.Generator) -> pa.Array:
    """Draw made-up names of two or three characters."""
    given = ("", *_GIVEN)
    surname = pa.array(_SURNAMES).take(pa.array(rng.integers(0, len(_SURNAMES), count)))
    middle = pa.array(given).take(pa.array(np.maximum(rng.integers(-12, len(given), count), 0)))
    last = pa.array(_GIVEN).take(pa.array(rng.integers(0, len(_GIVEN), count)))
    return pc.binary_join_element_wise(surname, middle, last, "")


def phone_numbers(prefix: str, serials: Ints) -> pa.Array:
    """Return 11 digits for every serial number, all different for serials under 100,000,000."""
    digits = (serials * _PHONE_STRIDE + 271_828) % _PHONES
    return pc.binary_join_element_wise(prefix, padded(digits, 8), "")


def padded(numbers: Ints, width: int) -> pa.Array:
    """Write whole numbers with leading zeros."""
    return pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width=width, padding="0")
