"""Certificates of parts add up to the certificate of the whole."""

import dataclasses
from datetime import UTC, datetime

import pandas as pd
import pytest

import gridmap as gm
from gridmap.core.certify import certify_plan
from gridmap.errors import UnsupportedError
from gridmap.model.certificate import sum_certificates
from tests.core.worlds import households, two_towns

NOW = datetime(2026, 3, 5, 6, tzinfo=UTC)
ROWS = [
    ("1", 50, "枫桥新村3幢101室", 30),
    ("2", 100, "枫桥新村4幢101室", 2),
    ("3", 60, "枫桥新村3幢102室", 25),
    ("4", None, "无", 5),
    ("5", 250, "北汇浜12号", 1),
]


@pytest.fixture
def grid():
    known = pd.array([100, 100, 0, *[pd.NA] * 9], dtype="Int64")
    return two_towns().assign(residents=known)


@pytest.fixture
def prove(grid):
    plan = gm.apply_edit(gm.new_plan(grid), gm.SetTier(areas=["A"], tier="sealed"))

    def prove(rows, **options):
        placement = gm.place_households(households(rows), grid)
        tiers = gm.household_tiers(plan, placement)
        return certify_plan(placement, plan, tiers=tiers, as_of=NOW, **options)

    return prove


@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_the_certificates_of_parts_add_up_to_that_of_the_whole(prove, cut):
    whole = sum_certificates([prove(ROWS[:cut]), prove(ROWS[cut:])])
    assert whole == prove(ROWS)
    assert whole.to_json() == prove(ROWS).to_json()


def test_a_cell_is_low_on_residents_only_by_what_all_parts_list_in_it(prove):
    first, second = prove(ROWS[:1]), prove(ROWS[1:])
    said = "cells list less than half of the residents known to live there"
    assert first.findings == second.findings == (f"2 {said}: a1, a2",)
    assert sum_certificates([first, second]).findings == (f"1 {said}: a2",)


def test_a_sum_balances_only_if_every_part_does(prove):
    part, wrong = prove(ROWS[:2], sources={"roster": ["1", "2"]}), prove(ROWS[2:], sources={"roster": ["9"]})
    whole = sum_certificates([part, wrong])
    assert part.balanced
    assert not whole.balanced
    assert whole.differences == wrong.differences != ()


def test_an_input_that_differs_from_part_to_part_has_the_hash_of_the_hashes(prove):
    first = prove(ROWS[:2], hashes={"grid": "aa", "households": "bb"})
    second = prove(ROWS[2:], hashes={"grid": "aa", "households": "cc"})
    hashes = sum_certificates([first, second]).input_sha256
    assert hashes["grid"] == "aa"
    assert hashes["households"] == "7e9bc9fd08bbf03c120fea36f6e6af3c0593eba82bca5b24e5e47c9cd22e8ca3"
    assert sum_certificates([second, first]).input_sha256 != hashes


def test_parts_about_several_plans_or_none_are_not_added_up(prove):
    part = prove(ROWS)
    with pytest.raises(UnsupportedError, match="certificates about 2 plans or moments to add up"):
        sum_certificates([part, dataclasses.replace(part, plan_version="other")])
    with pytest.raises(UnsupportedError, match="no certificate to add up"):
        sum_certificates([])
