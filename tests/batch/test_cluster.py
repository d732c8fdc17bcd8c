"""What is sent to the workers of a Dask cluster."""

import operator
import threading

import pytest

from gridmap.batch.cluster import spread_on
from gridmap.errors import GridmapError


def test_what_cannot_be_sent_is_refused_before_dask_tries_for_ever(cluster):
    with pytest.raises(GridmapError, match=r"cannot be sent to the workers: .*lock"):
        next(spread_on(cluster, operator.add, [threading.Lock()], [[1]]))
    found = dict(spread_on(cluster, operator.add, [1], [[2], [3]]))
    assert found == {0: [1, 2], 1: [1, 3]}
