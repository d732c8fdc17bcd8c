import numpy as np
import pytest

from gridmap.model.columns import TABLES
from gridmap.model.site_kinds import PUBLIC_SITES, site_kind


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("isolation", "isolation_point"),
        ("test", "test_site"),
        ("delivery", "delivery_point"),
        ("gate", "gate"),
        (" gate ", "gate"),
        ("canteen", "canteen"),
        ("", ""),
        (None, ""),
        (np.nan, ""),
    ],
)
def test_a_kind_of_site_has_one_name_however_it_was_written(written, meant):
    assert site_kind(written) == meant


def test_what_the_readers_make_of_chinese_kinds_are_full_names():
    kinds = next(column for column in TABLES["sites"].columns if column.name == "kind")
    for meant in kinds.values.values():
        assert site_kind(meant) == meant
    assert set(PUBLIC_SITES) < set(kinds.values.values())
