"""vCards of officials: read back by a parser that did not write them."""

from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pytest
import vobject

from gridmap.core.cards import Card, split_name
from gridmap.errors import ExportBlockedError, UnsupportedError
from gridmap.export.vcards import export_vcards, vcard_bytes

from .list_world import NAUGHTY, NOON, TEAM, six_households, two_cells, zoning_of

CARD = Card(
    "o1", "urn:uuid:1", "张", "小明", "张小明", "13800138000", "甲社区", ("网格长",), ("第1网格",), ("S-1",)
)


def read(data):
    """The cards in a file, by vobject; a phone reads bytes, so nothing but UTF-8 will do."""
    return list(vobject.readComponents(data.decode("utf-8")))


@pytest.fixture
def zoning():
    return zoning_of(six_households(), two_cells())


def test_every_official_on_duty_has_one_card_and_every_zone_a_file(zoning, tmp_path):
    written = export_vcards(zoning, tmp_path)
    names = {each.path.relative_to(tmp_path).as_posix(): each.persons for each in written}
    assert names == {"officials.vcf": 3, "zones/C-1 枫南新村.vcf": 2, "zones/S-1 枫南新村3幢.vcf": 3}
    cards = read((tmp_path / "officials.vcf").read_bytes())
    assert [card.fn.value for card in cards] == ["陈书记", "周党员", "吴志愿"]
    assert [card.n.value.family + card.n.value.given for card in cards] == [card.fn.value for card in cards]
    assert cards[1].n.value.family == "周"
    assert [card.tel.value for card in cards] == list(TEAM["phone"].drop("o2"))
    assert {card.tel.type_param for card in cards} == {"CELL"}
    assert cards[0].org.value == ["示例"]
    assert cards[0].title.value == "村社书记"
    assert cards[0].note.value == "村社书记: 枫南社区"
    assert cards[0].categories.value == ["C-1 枫南新村 管控区", "S-1 枫南新村3幢 封控区"]
    assert cards[0].rev.value == "2022-03-05T12:00:00Z"


def test_a_card_keeps_its_number_over_issues_so_that_a_phone_replaces_it(zoning, tmp_path):
    uids = []
    for when in (NOON, datetime(2022, 3, 6, tzinfo=UTC)):
        export_vcards(replace(zoning, document=replace(zoning.document, as_of=when)), tmp_path)
        uids.append([card.uid.value for card in read((tmp_path / "officials.vcf").read_bytes())])
    assert uids[0] == uids[1]
    assert len(set(uids[0])) == 3


def test_no_household_stands_in_a_card(zoning, tmp_path):
    for written in export_vcards(zoning, tmp_path, audience="field"):
        text = b"".join(written.path.read_bytes().split(b"\r\n ")).decode("utf-8")
        assert not any(name in text for name in ("张小明", "李大力", "13800138", "透析"))
        assert written.path.stat().st_mode & 0o077 == 0


def test_lines_are_at_most_75_octets_and_no_character_is_cut():
    long = replace(CARD, duties=("枫南社区第一网格" * 30,), unit="🦺" * 60)
    for line in vcard_bytes([long]).split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")
    (card,) = read(vcard_bytes([long]))
    assert card.org.value == ["🦺" * 60]
    assert card.note.value == "网格长: " + "枫南社区第一网格" * 30


@pytest.mark.parametrize("text", ["a,b;c\\d", "a\r\nBEGIN:VCARD\nTEL:1", "x;TYPE=HOME:1", "\u202e3幢", "\\n"])
def test_no_text_ends_its_line_or_begins_another(text):
    (card,) = read(vcard_bytes([replace(CARD, name=text, unit=text, duties=(text,), zones=(text,))]))
    plain = " ".join(text.replace("\u202e", "").split())
    assert card.fn.value == plain
    assert len(card.contents["tel"]) == 1
    assert card.note.value == f"网格长: {plain}"


def test_naughty_names_come_back_as_plain_lines(tmp_path):
    people = pd.DataFrame(
        {"name": NAUGHTY, "role": "volunteer", "phone": "", "unit": NAUGHTY, "territory": ""},
        index=pd.Index([f"n{place:04}" for place in range(len(NAUGHTY))], name="official_id"),
    )
    cards = [replace(CARD, name=name or "o", unit=name) for name in people["name"]]
    data = vcard_bytes(cards)
    assert data.count(b"BEGIN:VCARD\r\n") == data.count(b"END:VCARD\r\n")
    lines = data.split(b"\r\n")
    assert lines.count(b"BEGIN:VCARD") == len(cards)
    assert all(len(line) <= 75 for line in lines)


@pytest.mark.parametrize(
    ("phone", "kind", "written"),
    [
        ("１３８００１３８０００", "CELL", "13800138000"),
        ("+86 138-0013-8000", "CELL", "+86 138-0013-8000"),
        ("0573-84012345", "WORK", "0573-84012345"),
        ("138\n001", "WORK", "138 001"),
    ],
)
def test_phones_are_text_that_can_be_dialled(phone, kind, written):
    (card,) = read(vcard_bytes([replace(CARD, phone=phone)]))
    assert (card.tel.value, card.tel.type_param) == (written, kind)


def test_without_a_phone_or_unit_there_is_no_empty_line_for_it():
    (card,) = read(vcard_bytes([replace(CARD, phone="", unit="", zones=())]))
    assert not {"tel", "org", "categories"} & set(card.contents)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("司马相如", ("司马", "相如")),
        ("司马", ("司", "马")),
        ("李", ("李", "")),
        ("买买提·艾力", ("买", "买提·艾力")),
        ("John Smith", ("Smith", "John")),
        ("", ("", "")),
    ],
)
def test_a_chinese_surname_stands_first(name, parts):
    assert split_name(name) == parts


def test_the_public_has_no_cards_and_a_draft_of_nothing_proven_is_no_issue(zoning, tmp_path):
    with pytest.raises(UnsupportedError, match="may have no vCards"):
        export_vcards(zoning, tmp_path, audience="public")
    with pytest.raises(ExportBlockedError, match="nothing proves"):
        export_vcards(replace(zoning, certificate=None), tmp_path)
    assert list(tmp_path.iterdir()) == []
