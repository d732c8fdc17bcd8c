"""What every reader says of what was odd: beside the table, and as a warning in the words of an error."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from gridmap.errors import Fault, GridmapWarning, TableError
from gridmap.store.gather import Gathered

_SHOWN_FINDINGS = 20


def reported(frame: Any, findings: Sequence[Fault], source: Gathered, kind: type[TableError]) -> Any:
    """Attach what was found, and say that there are findings, in the words of the error they are not.

    Parameters
    ----------
    frame
        The table; changed.
    findings
        What was odd.
    source
        What was read.
    kind
        The error that the reader raises of it.
    """
    frame.attrs["findings"] = tuple(findings)
    frame.attrs["mapping"] = {name: list(headers) for name, headers in source.mapping.items()}
    frame.attrs["reading"] = [dict(counts) for counts in source.reading]
    if findings:
        said = str(kind(source.title, findings[:_SHOWN_FINDINGS])).replace("fault", "finding", 1)
        warnings.warn(said, GridmapWarning, stacklevel=4)
    return frame
