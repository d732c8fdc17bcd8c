"""What is printed when somebody else has saved in between."""

from __future__ import annotations

from typing import Any

from gridmap.cli.printing import tell

_SHOWN = 20


def tell_difference(difference: Any) -> None:
    """List what they changed against what was changed here, on stderr, what both changed first."""
    if difference is not None:
        rows = difference.sort_values("clash", ascending=False, kind="stable").head(_SHOWN)
        for row in rows.itertuples(index=False):
            both = "; both changed it" if row.clash else ""
            tell(f"  {row.kind} {row.target}: was {row.before}, theirs {row.theirs}, here {row.mine}{both}")
        if len(difference) > len(rows):
            tell(f"  and {len(difference) - len(rows):,} more")
    tell("nothing was saved; run the command again, and it starts from what is in the workspace now")
