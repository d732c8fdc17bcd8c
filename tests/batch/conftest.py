"""A Dask cluster of two worker processes, for the tests that need one."""

import os
import signal

import pytest


@pytest.fixture(scope="module")
def cluster():
    """The client of two worker processes on this machine; a worker that dies is started again."""
    distributed = pytest.importorskip("distributed", reason="pip install 'gridmap[cluster]'")
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
        ) as made,
        distributed.Client(made, set_as_default=False) as client,
    ):
        yield client


@pytest.fixture
def killer(cluster):
    """A function that kills a worker process when it is first called; it tells which in `killed`."""
    killed = []

    def kill(*_):
        if not killed:
            killed.append(min(cluster.run(os.getpid).values()))
            os.kill(killed[0], signal.SIGKILL)

    kill.killed = killed
    return kill
