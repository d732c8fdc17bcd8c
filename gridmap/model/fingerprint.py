"""The SHA-256 of a table: the same rows have the same one, whatever types they are kept in."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from geopandas.array import GeometryDtype
from pandas import DataFrame, Series

from gridmap.model.kept import Kept

_HASHES: Kept[str] = Kept()
_AT_ONCE = 2**12  # shapes are written without letting other threads run


def frame_sha256(frame: DataFrame) -> str:
    """Compute the SHA-256 of the ids, the columns and the rows of a table, in their order.

    It is worked out once for each table, and again after the table was written to.

    Examples
    --------
    >>> frame_sha256(DataFrame({"a": [1]}))[:8] == frame_sha256(DataFrame({"a": ["1"]}))[:8]
    True
    """
    return _HASHES.of(frame, [frame], lambda: _sha256(frame))


def _sha256(frame: DataFrame) -> str:
    digest = hashlib.sha256()
    for name, column in (("", frame.index.to_series()), *frame.items()):
        values = _shapes(column) if isinstance(column.dtype, GeometryDtype) else _texts(column)
        lengths = pc.coalesce(pc.binary_length(values), pa.scalar(-1, pa.int64()))
        digest.update(f"{name}\n{len(values)}\n".encode())
        digest.update(np.asarray(lengths, dtype=np.int64).tobytes())
        digest.update(b"".join(pc.coalesce(values, pa.scalar("", values.type)).to_pylist()))
    return digest.hexdigest()


def _shapes(column: Any) -> Any:
    shapes = np.asarray(column.array, dtype=object)
    parts = (shapes[at : at + _AT_ONCE] for at in range(0, max(len(shapes), 1), _AT_ONCE))
    wkb = [shapely.to_wkb(part, output_dimension=4, byte_order=1) for part in parts]
    return pa.concat_arrays([pa.array(part, pa.large_binary()) for part in wkb])


def _texts(column: Series) -> Any:
    text = pa.array(column.astype("str").array, pa.large_string(), from_pandas=True)
    return text.cast(pa.large_binary())
