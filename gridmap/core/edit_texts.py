"""Edits as JSON, as they are stored and sent, and as Python, as a person copies them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any

from gridmap.core.edits import EDITS, Edit, Proposal, Purged, Together
from gridmap.errors import PlanError

_KINDS = (*EDITS.values(), Purged)


def edit_to_json(edit: Edit | Purged) -> dict[str, Any]:
    """Return an edit as plain data, ready for `json.dumps`; options left at their default are left out."""
    return {"edit": type(edit).__name__, **_plain(edit)}


def edit_from_json(data: Mapping[str, Any]) -> Edit:
    """Read back an edit from `edit_to_json`.

    Raises
    ------
    PlanError
        If the data are no edit, or have options that it lacks.
    """
    options = dict(data)
    name = options.pop("edit", "")
    kind: type[Any] | None = Purged if name == Purged.__name__ else EDITS.get(name)
    if kind is None:
        raise PlanError(f"no edit is called {data.get('edit')!r}; the edits are {', '.join(EDITS)}")
    try:
        if "proposals" in options:
            options["proposals"] = [Proposal(**proposal) for proposal in options["proposals"]]
        if kind is Together:
            options["edits"] = [edit_from_json(_mapping(each)) for each in options["edits"]]
        edit: Edit = kind(**options)
    except (TypeError, KeyError) as error:
        raise PlanError(f"the data are no {kind.__name__}: {error}") from error
    return edit


def _mapping(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise TypeError(f"{data!r} is no edit")
    return data


def edits_as_python(edits: Iterable[Edit], *, grid: str = "grid") -> str:
    """Write edits as Python that replays them over a grid called `grid` to the identical plan.

    Examples
    --------
    >>> from gridmap.core.edits import SetTier
    >>> print(edits_as_python([SetTier(tier="sealed", cells=["a"])]))
    plan = gm.new_plan(grid)
    plan = gm.apply_edit(plan, gm.SetTier(tier='sealed', cells=('a',)))
    """
    lines = [f"plan = gm.new_plan({grid})"]
    lines.extend(f"plan = gm.apply_edit(plan, {_call(edit)})" for edit in edits)
    return "\n".join(lines)


def _options(edit: Any) -> dict[str, Any]:
    set_options = {}
    for option in fields(edit):
        value = getattr(edit, option.name)
        if option.default is MISSING or value != option.default:
            set_options[option.name] = value
    return set_options


def _plain(edit: Any) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in _options(edit).items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain_value(each) for each in value]
    if isinstance(value, Proposal):
        return _plain(value)
    return {"edit": type(value).__name__, **_plain(value)} if isinstance(value, _KINDS) else value


def _call(edit: Any) -> str:
    if isinstance(edit, Purged):
        return f"gm.edit_from_json({edit_to_json(edit)})"
    options = ", ".join(f"{name}={_source(value)}" for name, value in _options(edit).items())
    return f"gm.{type(edit).__name__}({options})"


def _source(value: Any) -> str:
    if isinstance(value, tuple):
        inner = ", ".join(_source(each) for each in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return _call(value) if isinstance(value, (Proposal, *_KINDS)) else repr(value)
