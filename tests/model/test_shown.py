"""What holds tables shows counts: a notebook or a log keeps what it shows."""

import dataclasses
import importlib
import inspect
import pkgutil
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

import gridmap as gm
from gridmap.model.shown import shows_counts

PEOPLE = pd.DataFrame(
    {"head_name": ["王安"], "phone": ["10400000001"], "address": ["东苑1幢101室"]}, index=["h1"]
)
TOLD = ("王安", "10400000001", "东苑", "h1")
HOLDING = ("DataFrame", "Series")


def holding_classes():
    """Give every dataclass and named tuple of gridmap without an underscore that shows a table."""
    for module in pkgutil.walk_packages(gm.__path__, "gridmap."):
        for name, each in vars(importlib.import_module(module.name)).items():
            own = inspect.isclass(each) and each.__module__ == module.name and not name.startswith("_")
            if own and any(word in kind for kind in kinds_shown(each) for word in HOLDING):
                yield each


def kinds_shown(record):
    if dataclasses.is_dataclass(record):
        return [str(field.type) for field in dataclasses.fields(record) if field.repr]
    return [str(kind) for kind in inspect.get_annotations(record).values()] if is_tuple(record) else []


def is_tuple(record):
    return issubclass(record, tuple) and hasattr(record, "_fields")


def is_made(record):
    """Tell whether its ``repr`` is the made one, which shows all fields as they are."""
    made = record.__repr__
    return hasattr(made, "__wrapped__") or made.__module__ == "collections"


def test_everything_that_holds_a_table_shows_counts_only():
    records = set(holding_classes())
    assert {gm.Zoning, gm.Clock, gm.Duties, gm.Renewed} <= records
    assert {each for each in records if is_made(each)} == set()


def test_a_renewal_shows_nobody():
    renewal = gm.match_households(PEOPLE, PEOPLE.assign(phone="10400000002"))
    renewed = gm.renew_households(renewal)
    for each in (renewal, renewed, [renewed], {"a": renewal}):
        assert not any(word in repr(each) for word in TOLD)
    assert "pairs=<1 rows x 9 columns>" in repr(renewal)


@shows_counts
class Held(NamedTuple):
    first: object
    second: object = 1


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (Held(PEOPLE["phone"], np.zeros((2, 3))), "Held(first=<1 values>, second=<2 x 3 values>)"),
        (Held({"a": [PEOPLE]}, ("x", 2)), "Held(first=<1 entries>, second=('x', 2))"),
        (Held(dict.fromkeys(range(6)), None), "Held(first=<6 entries>, second=None)"),
        (Held(Held(PEOPLE)), "Held(first=Held(first=<1 rows x 3 columns>, second=1), second=1)"),
    ],
)
def test_tables_and_long_lists_are_counted_and_the_rest_is_told(held, said):
    assert repr(held) == said
