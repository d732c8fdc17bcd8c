"""Spread work over the workers of a Dask cluster, here or on many machines; the death of one is survived."""

from __future__ import annotations

import pickle
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from gridmap.batch.pools import Answer, Failed, Item, Shared, Work, attempt
from gridmap.errors import GridmapError, UnsupportedError

_PIP = "pip install 'gridmap[cluster]'"
_LOCAL = "127.0.0.1"
_PORT = 8786
_TIMEOUT_S = 10


@contextmanager
def connected(scheduler: Any = None, *, workers: int | None = None) -> Iterator[Any]:
    """Connect to a Dask cluster, and let go of it at the end.

    Parameters
    ----------
    scheduler
        The address of a scheduler, such as ``tcp://10.0.0.5:8786``, or a `distributed.Client`, which stays
        open; without it, worker processes are started on this machine and ended again.
    workers
        How many processes to start on this machine; one for each processor if not given.

    Yields
    ------
    client
        A `distributed.Client`.

    Raises
    ------
    UnsupportedError
        If `distributed` is not installed.
    GridmapError
        If nobody answers at the address.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise UnsupportedError(f"Dask is not installed; {_PIP}") from error
    if isinstance(scheduler, Client):
        yield scheduler
        return
    if scheduler is None:
        with (
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host=_LOCAL,
                dashboard_address=f"{_LOCAL}:0",  # None would take port 8787, which may be in use
            ) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            yield client
        return
    _knock(str(scheduler))
    try:
        client = Client(str(scheduler), timeout=_TIMEOUT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise _nobody(scheduler) from error
    with client:
        yield client


def _knock(address: str) -> None:
    """Try the address of a scheduler; a client would try for long, and leave open what it tried with."""
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    if parts.scheme not in {"tcp", "tls"}:
        return
    try:
        socket.create_connection((parts.hostname, parts.port or _PORT), timeout=_TIMEOUT_S).close()
    except (OSError, ValueError) as error:
        raise _nobody(address) from error


def _nobody(address: Any) -> GridmapError:
    cure = "start one with `dask scheduler`, or check the address"
    return GridmapError(f"no Dask scheduler answers at {address}; {cure}")


def spread_on(
    client: Any, work: Work[Shared, Item, Answer], shared: Shared, items: Sequence[Item]
) -> Iterator[tuple[int, Answer | Failed]]:
    """Work on every item on the workers of a cluster, and yield the answers as they come.

    The same as `gridmap.batch.pools.spread`, except that an item whose worker dies is given to another one;
    it is `Failed` only after several workers have died of it.

    Parameters
    ----------
    client
        As `connected` gives it.
    work, shared, items
        As for `spread`. What all share goes to each worker once.

    Yields
    ------
    place, answer
        The position of the item and what came of it.

    Raises
    ------
    GridmapError
        If what all share cannot be pickled.
    """
    from distributed import as_completed

    given = _Given(client, work, shared)
    places = {given.submit(item): place for place, item in enumerate(items)}
    coming = as_completed(list(places), loop=client.loop)
    try:
        for future in coming:
            place = places.pop(future)
            if future.status in {"cancelled", "lost"}:  # all workers that held what is shared have died
                again = given.submit(items[place], anew=True)
                places[again] = place
                coming.add(again)
            else:
                yield place, _answer(future)
    finally:
        client.cancel(list(places))


class _Given:
    """What was given to a cluster to work on."""

    def __init__(self, client: Any, work: Any, shared: Any) -> None:
        self._client, self._work, self._shared = client, work, shared
        self._box = self._scattered()

    def _scattered(self) -> Any:
        _try_to_pickle(self._shared)
        return self._client.scatter(self._shared, broadcast=True, hash=False)

    def submit(self, item: Any, *, anew: bool = False) -> Any:
        """Give an item to the cluster; what is shared is sent again if the cluster has lost it."""
        if anew and self._box.status != "finished":
            self._box = self._scattered()
        return self._client.submit(attempt, self._work, self._box, item, pure=False)


def _try_to_pickle(shared: Any) -> None:
    """Refuse what cannot be sent; Dask would try for ever. Buffers, such as of arrays, are not copied."""
    try:
        pickle.dumps(shared, protocol=5, buffer_callback=lambda _: None)
    except (TypeError, AttributeError, pickle.PicklingError) as error:
        raise GridmapError(f"what all items share cannot be sent to the workers: {error}") from error


def _answer(future: Any) -> Any:
    if future.status == "finished":
        return future.result()
    error = future.exception()
    died = type(error).__name__ == "KilledWorker"
    what = "its worker process died several times; a lack of memory is the usual reason"
    return Failed(what if died else f"the cluster could not run it ({type(error).__name__})")
