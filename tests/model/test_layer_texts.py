"""Layers of plans as text: whatever was written before, each is written as it is."""

import json
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.model.layer_texts import LayerTexts

UNSET = -2
CELLS = [f'{place}号"\x1f' for place in range(5_000)]  # more than two blocks, with what JSON must quote
ORDER = np.array(sorted(range(len(CELLS)), key=CELLS.__getitem__), dtype=np.intp)


def plain(tier, zone, zones):
    """Write a layer in the simplest way."""
    names = [*zones, ""]
    said = [place for place in ORDER.tolist() if tier[place] != UNSET]
    rows = {CELLS[place]: [int(tier[place]), names[zone[place]]] for place in said}
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))[1:-1].encode()


CHANGES = st.tuples(
    st.integers(0, len(CELLS) - 1),
    st.integers(1, 3_000),
    st.sampled_from([UNSET, -1, 0, 1]),
    st.integers(-1, 2),
    st.sampled_from([["S-1", "S-2", "C-1"], ["S-1", "S-9", "C-1"], ["S-2", "S-1", "C-1", "P-1"]]),
    st.sampled_from(["hand", "rule"]),
)


@given(st.lists(CHANGES, min_size=1, max_size=6))
@settings(derandomize=True, deadline=None, max_examples=40)
def test_what_was_kept_is_never_told_of_another_layer_or_other_zones(changes):
    texts = LayerTexts(CELLS, ORDER)
    tier, zone = np.full(len(CELLS), UNSET, np.int32), np.full(len(CELLS), -1, np.int32)
    for start, count, code, place, zones, layer in changes:
        tier[start : start + count], zone[start : start + count] = code, place
        assert texts.write(layer, tier=tier, zone=zone, unset=UNSET, zones=zones) == plain(tier, zone, zones)


def test_it_can_be_sent_to_another_process():
    texts = LayerTexts(CELLS, ORDER)
    layer = {"tier": np.zeros(len(CELLS), np.int32), "zone": np.zeros(len(CELLS), np.int32)}
    written = texts.write("hand", **layer, unset=UNSET, zones=["S-1"])
    sent = pickle.loads(pickle.dumps(texts))  # noqa: S301 - made here
    assert sent.write("hand", **layer, unset=UNSET, zones=["S-1"]) == written


def test_a_layer_that_says_nothing_and_a_grid_without_cells_are_empty():
    for cells, order in (([], ORDER[:0]), (CELLS, ORDER)):
        unset = np.full(len(cells), UNSET, np.int32)
        assert LayerTexts(cells, order).write("hand", tier=unset, zone=unset, unset=UNSET, zones=[]) == b""


def test_threads_that_write_plans_with_other_zones_do_not_mix_them_up():
    texts = LayerTexts(CELLS, ORDER)
    tier, zone = np.zeros(len(CELLS), np.int32), np.arange(len(CELLS), dtype=np.int32) % 7

    def written(turn):
        zones = [f"S-{7 * turn + place}" for place in range(7)]
        found = texts.write("hand", tier=tier, zone=zone, unset=UNSET, zones=zones)
        return found == plain(tier, zone, zones)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(written, range(24)))
