import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.drafts import Draft, Names, proposals_of

CELLS = 9
HOUSEHOLDS = 12
NAMES = Names(
    cells=np.array([f"c{n}" for n in range(CELLS)], dtype=object),
    households=np.array([f"h{n}" for n in range(HOUSEHOLDS)], dtype=object),
    household_cells=np.arange(HOUSEHOLDS) % CELLS,
    establishments=np.arange(HOUSEHOLDS),
)
places = st.lists(st.integers(0, CELLS - 1), max_size=3, unique=True)
homes = st.lists(st.integers(0, HOUSEHOLDS - 1), max_size=3, unique=True)


def draft(order, anchor, cells, households, **options):
    return Draft(
        tier="sealed",
        anchor=anchor,
        name=anchor,
        case=f"case-{order}",
        order=order,
        cells=np.array(sorted(cells), dtype=np.intp),
        households=np.array(sorted(households), dtype=np.intp),
        **options,
    )


def joined(rows):
    """Zones by comparing every draft with every other until nothing more is joined."""
    zones = [(order, {anchor}, set(cells), set(homes)) for order, (anchor, cells, homes) in enumerate(rows)]
    at = 0
    while at < len(zones):
        one = zones[at]
        near = [z for z in zones[at + 1 :] if one[1] & z[1] or one[2] & z[2] or one[3] & z[3]]
        for other in near:
            zones.remove(other)
            for mine, theirs in zip(one[1:], other[1:], strict=True):
                mine.update(theirs)
        at += not near
    return [
        (
            rows[order][0],
            tuple(f"c{cell}" for cell in sorted(cells)),
            tuple(f"h{home}" for home in sorted(homes) if home % CELLS not in cells),
        )
        for order, _, cells, homes in zones
    ]


@settings(derandomize=True, deadline=None, max_examples=80)
@given(rows=st.lists(st.tuples(st.sampled_from("abcdefgh"), places, homes), max_size=8))
def test_drafts_that_share_a_cell_a_household_or_an_anchor_are_one_zone(rows):
    drafts = [draft(order, *row) for order, row in enumerate(rows)]
    found = proposals_of(drafts, ["sealed"], NAMES)
    apart = {}
    for each in found:
        apart.setdefault(each.anchor.split("@")[0], []).append((each.cells, each.households))
    expected = {}
    for anchor, cells, households in joined(rows):
        expected.setdefault(anchor, []).append((cells, households))
    assert apart == expected


def test_the_same_with_many_drafts_a_block(monkeypatch):
    """Twenty drafts in a chain, each with the last cell of the one before, two of them in each block."""
    monkeypatch.setattr("gridmap.core.drafts._MEMBERS_AT_ONCE", 4)
    names = Names(
        np.array([str(n) for n in range(40)], dtype=object), np.empty(0, dtype=object), np.empty(0, int)
    )
    drafts = [draft(n, f"a{n}", [n, n + 1], []) for n in range(20)] + [draft(20, "far", [39], [])]
    found = proposals_of(drafts, ["sealed"], names)
    assert [(each.anchor, len(each.cells)) for each in found] == [("a0", 21), ("far", 1)]


def test_a_draft_with_an_establishment_of_a_cell_that_another_has_in_whole_is_one_zone_with_it():
    """Households 1 and 10 live in cell 1: the first draft has the cell in whole, the second household 10."""
    whole = draft(0, "a", [1], [], whole=np.array([1]))
    single, far = draft(1, "b", [4], [10]), draft(2, "c", [7], [3])
    found = proposals_of([whole, single, far], ["sealed"], NAMES)
    assert [(each.anchor, each.cells, each.households) for each in found] == [
        ("a", ("c1", "c4"), ()),
        ("c", ("c7",), ("h3",)),
    ]
