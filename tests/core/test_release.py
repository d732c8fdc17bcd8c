"""What is not proven stays; the public does not wait for what it is not told."""

from dataclasses import replace

import pandas as pd
import pytest

import gridmap as gm
from gridmap.core.release import check_release
from gridmap.errors import ExportBlockedError
from gridmap.export.certificate import public_certificate
from tests.core.worlds import households, two_towns

NOON = pd.Timestamp("2022-03-05T12:00+08:00")


def zoning(*events):
    """Two persons of h1 live in a1, which is sealed."""
    grid = two_towns()
    placement = gm.place_households(households([("h1", 50, "", 2)]), grid)
    plan = gm.apply_edit(gm.new_plan(grid), gm.SetTier(cells=["a1"], tier="sealed"))
    proof = gm.certify(placement, plan, as_of=NOON, events=pd.DataFrame(list(events)))
    protocol = gm.load_protocol("three-zones-2021")
    return gm.Zoning(plan, grid, protocol, placement=placement, certificate=proof)


WRONG = {"event_id": "E-7", "kind": "transfer", "at": NOON, "household_id": "h1", "persons": 3}


@pytest.mark.parametrize("audience", ["official", "field"])
def test_a_transfer_that_cannot_be_is_named_with_what_mends_it(audience):
    told = r"household h1: .* 3 persons away, 2 live there \(events E-7\)\. Withdraw .* gridmap record"
    with pytest.raises(ExportBlockedError, match=told):
        check_release(zoning(WRONG), audience)


def test_the_public_notice_does_not_wait_for_it_and_says_nothing_of_it():
    wrong = zoning(WRONG)
    released = check_release(wrong, "public")
    assert released.certificate.balanced
    assert released.certificate.presence == {}
    assert public_certificate(wrong, wrong.certificate)["balanced"]


def test_areas_and_tiers_that_are_not_proven_stop_the_public_too():
    wrong = zoning(WRONG)
    lost = gm.certify(wrong.placement, wrong.plan, tiers=pd.Series(dtype="str"), as_of=NOON)
    both = replace(lost, differences=(*lost.differences, *wrong.certificate.differences))
    with pytest.raises(ExportBlockedError, match="not balanced"):
        check_release(replace(wrong, certificate=both), "public")
