"""The proof finds every household that is lost, doubled, moved or under another tier, and names it."""

import dataclasses
import gc
import weakref
from datetime import UTC, datetime

import pandas as pd
import pytest

import gridmap as gm
from gridmap.core.certify import certify_plan
from gridmap.core.mismatch import Listed
from gridmap.core.words import tiers_by_words
from tests.core.worlds import households, two_towns

NOW = datetime(2026, 3, 5, 6, tzinfo=UTC)


@pytest.fixture
def placement():
    rows = [
        ("1", 50, "枫桥新村3幢101室", 3),
        ("2", 100, "枫桥新村4幢101室", 2),
        ("3", None, "枫桥新村3幢102室", 1),
        ("4", None, "无", 5),
        ("1", 450, "重复", 4),
    ]
    return gm.place_households(households(rows), two_towns())


@pytest.fixture
def plan():
    edits = [
        gm.SetRemainder(tier="prevention", areas=["T1"]),
        gm.AddCarveOut(tier="sealed", addresses=["枫桥新村3幢"]),
    ]
    return gm.replay(gm.new_plan(two_towns()), edits)


def prove(placement, plan, **options):
    tiers = options.pop("tiers", gm.household_tiers(plan, placement))
    return certify_plan(placement, plan, tiers=tiers, as_of=NOW, **options)


def found(certificate):
    return {(each.household_id, each.kind) for each in certificate.differences}


def test_a_true_placement_balances_and_counts(placement, plan):
    certificate = prove(placement, plan)
    fixed = {
        "households_in": 5,
        "placed": 3,
        "exceptions": 2,
        "by_reason": {"duplicate_id": 1, "no_location": 1},
        "by_tier": {"sealed": 2, "controlled": 0, "prevention": 1, "none": 0},
        "residents_in": 15,
        "residents_excepted": 9,
        "residents_by_tier": {"sealed": 4, "controlled": 0, "prevention": 2, "none": 0},
        "balanced": True,
        "plan_version": plan.version,
        "as_of": "2026-03-05T06:00:00+00:00",
        "input_sha256": {},
    }
    plain = certificate.to_json()
    assert {key: plain[key] for key in fixed} == fixed
    assert plain["differences"] == []


def test_a_dropped_household_is_named(placement, plan):
    broken = dataclasses.replace(placement, cells=placement.cells.drop("2"))
    certificate = prove(broken, plan)
    assert not certificate.balanced
    assert ("2", "lost") in found(certificate)


def test_a_doubled_household_is_named(placement, plan):
    broken = dataclasses.replace(placement, cells=pd.concat([placement.cells, placement.cells[["2"]]]))
    assert not broken.certificate.balanced
    assert ("2", "doubled") in found(broken.certificate)


@pytest.mark.parametrize(
    ("household", "cell"),
    [("1", "a2"), ("2", "a2"), ("3", "c2"), ("2", "zz")],
    ids=["off its point", "off the first cell at a border", "off its building", "into no cell"],
)
def test_a_moved_household_is_named(placement, plan, household, cell):
    cells = placement.cells.copy()
    cells[household] = cell
    broken = dataclasses.replace(placement, cells=cells)
    assert (household, "moved") in found(broken.certificate)
    assert not broken.certificate.balanced


def test_an_exception_that_vanishes_is_named(placement):
    broken = dataclasses.replace(placement, exceptions=placement.exceptions[:0])
    assert not broken.certificate.balanced
    assert ("4", "lost") in found(broken.certificate)


def test_a_changed_tier_is_named(placement, plan):
    tiers = gm.household_tiers(plan, placement).copy()
    tiers["3"] = "prevention"
    certificate = prove(placement, plan, tiers=tiers)
    assert found(certificate) == {("3", "tier")}
    assert not certificate.balanced


def test_a_source_row_that_was_never_read_is_named(placement, plan):
    certificate = prove(placement, plan, sources={"households": ["1", "2", "3", "4", "1", "5"]})
    assert found(certificate) == {("5", "lost")}


@pytest.mark.parametrize(
    ("sabotage", "expected"),
    [
        (lambda rows: rows[rows["household_id"] != "2"], ("2", "lost")),
        (lambda rows: pd.concat([rows, rows[:1]]), ("1", "doubled")),
        (lambda rows: rows.assign(cell_id="c2"), ("2", "moved")),
        (lambda rows: rows.assign(tier="sealed"), ("2", "tier")),
        (lambda rows: rows.assign(household_id=["1", "2", "9"]), ("9", "invented")),
    ],
    ids=["dropped", "doubled", "moved", "other tier", "invented"],
)
def test_a_list_that_was_tampered_with_is_named(placement, plan, sabotage, expected):
    tiers = gm.household_tiers(plan, placement)
    rows = pd.DataFrame({"household_id": tiers.index, "cell_id": placement.cells, "tier": tiers})
    assert prove(placement, plan, lists=[Listed("list.xlsx", rows)]).balanced
    certificate = prove(placement, plan, lists=[Listed("list.xlsx", sabotage(rows))])
    assert not certificate.balanced
    assert expected in found(certificate)
    assert {each.where for each in certificate.differences} == {"list.xlsx"}


def test_the_words_of_the_plan_give_the_same_tiers_as_the_tally(placement, plan):
    edits = [
        gm.AddCarveOut(tier="controlled", addresses=["枫桥新村"]),
        gm.AddCarveOut(tier="none", households=["2"]),
        gm.Lock(cells=["a1"]),
    ]
    for edit in edits:
        plan = gm.apply_edit(plan, edit)
        pd.testing.assert_series_equal(tiers_by_words(plan, placement), gm.household_tiers(plan, placement))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda placement: placement.cells.__setitem__("1", "a2"), ("1", "moved")),
        (lambda placement: placement.households.geometry.array.__setitem__(0, None), ("1", "moved")),
        (lambda placement: placement.exceptions.__setitem__("row", [0, 4]), ("4", "invented")),
    ],
    ids=["a cell", "a point", "an exception"],
)
def test_what_is_changed_after_a_proof_is_found_by_the_next(placement, change, expected):
    assert placement.certificate is placement.certificate
    change(placement)
    assert expected in found(placement.certificate)


def test_a_proof_does_not_keep_its_placement(placement):
    proven = dataclasses.replace(placement)
    assert proven.certificate.balanced
    alive = weakref.ref(proven)
    del proven
    gc.collect()
    assert alive() is None


def test_a_cell_with_far_fewer_residents_than_known_is_a_finding():
    grid = two_towns().assign(residents=pd.array([100, 100, *[pd.NA] * 10], dtype="Int64"))
    placement = gm.place_households(households([("1", 50, "x", 60), ("2", 150, "x", 20)]), grid)
    assert placement.certificate.findings == (
        "1 cells list less than half of the residents known to live there: a2",
    )
    assert placement.certificate.balanced
