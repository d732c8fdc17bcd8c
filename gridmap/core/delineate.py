"""From cases to zones: what the rules of a protocol ask for."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

from pandas import DataFrame

from gridmap.core.apply import apply_edit, new_plan
from gridmap.core.drafts import proposals_of
from gridmap.core.edits import Delineate
from gridmap.core.lifting import Lifted
from gridmap.core.notes import Notes
from gridmap.core.on_case import Raising
from gridmap.core.outline import demand_cells
from gridmap.core.place import place_households
from gridmap.core.rule_drafts import Field, drafts_of
from gridmap.core.starts import Roster, Start, starts_of
from gridmap.model.areas import Hierarchy, hierarchy_for
from gridmap.model.frames import grid_frame
from gridmap.model.placement import Placement
from gridmap.model.plan import Plan
from gridmap.model.protocol import Protocol

_BY_ADDRESS = ("building_of_case", "compound_of_case")


def delineate(
    cases: DataFrame,
    grid: DataFrame,
    *,
    protocol: Protocol,
    base: Plan | None = None,
    households: DataFrame | Placement | None = None,
    case_places: DataFrame | None = None,
) -> Plan:
    """Zone a grid by what the rules of a protocol ask for around cases.

    Parameters
    ----------
    cases
        By ``case_id``: points in `geometry` (or `lon`, `lat`), a `cell_id`, an `address`, or the
        `household_id` of a household in the roster. A row is the case's home unless `place_kind` says else.
    grid
        The cells by ``cell_id``.
    protocol
        The rules; see `gridmap.load_protocol`.
    base
        The plan to zone again: its hand edits, locks and zone numbers are kept, and what rules asked for
        before is replaced; what was lifted is asked for again only because of a case that came later. A zone
        in which a new case lives comes under the tier that the clock of its tier names for that (`on_case`)
        as a whole, also where it was drawn by hand; what is locked stays.
    households
        The roster, or its placement, for rules about buildings, compounds and establishments.
    case_places
        Further places of the cases: `case_id`, `place_kind` (``home``, ``work``, ``activity``) and where.

    Returns
    -------
    plan
        The plan; the last of its `edits` is the `Delineate` that made it.

    Raises
    ------
    CrsMismatchError
        If points have a CRS and the grid has none, or the other way round.
    UnknownCellError
        If the grid lacks cells of `base`.

    Warns
    -----
    GridmapWarning
        If a case could not be placed, or a rule had to take the next best thing, with the ids of the cases.
    """
    grid = grid_frame(grid)
    plan = new_plan(grid, protocol=protocol) if base is None else base
    demand_cells(plan, grid)
    edit, notes = work_out(
        cases,
        grid,
        protocol,
        hierarchy=plan.hierarchy,
        households=households,
        case_places=case_places,
        base=plan,
    )
    notes.warn(stacklevel=2)
    return apply_edit(plan, edit)


def propose(
    cases: DataFrame,
    grid: DataFrame,
    *,
    protocol: Protocol,
    households: DataFrame | Placement | None = None,
    case_places: DataFrame | None = None,
) -> Delineate:
    """Work out what `delineate` would apply, as an edit; parameters, errors and warnings are the same."""
    grid = grid_frame(grid)
    edit, notes = work_out(
        cases,
        grid,
        protocol,
        hierarchy=hierarchy_for(grid),
        households=households,
        case_places=case_places,
    )
    notes.warn(stacklevel=2)
    return edit


@dataclass(frozen=True, eq=False)
class Sought:
    """Cases that were looked for among the cells and households, for any number of protocols.

    Parameters
    ----------
    starts
        The places of the cases.
    field
        What rules work on; its notes are about finding the cases.
    """

    starts: list[Start]
    field: Field


def seek(
    cases: DataFrame,
    grid: DataFrame,
    *,
    households: Placement | None = None,
    case_places: DataFrame | None = None,
) -> Sought:
    """Look for cases, once for many protocols; parameters and errors as for `delineate`."""
    hierarchy, notes = hierarchy_for(grid), Notes()
    roster = None if households is None else Roster(households, hierarchy)
    starts = starts_of(cases, case_places, grid_frame(grid), roster, notes=notes)
    return Sought(starts, Field(hierarchy, roster, notes))


def delineate_sought(sought: Sought, grid: DataFrame, *, protocol: Protocol) -> Plan:
    """Zone a grid as `delineate` does, from cases that were looked for before; it warns of the same."""
    edit, notes = _edit(sought, protocol)
    notes.warn(stacklevel=2)
    return apply_edit(new_plan(grid, protocol=protocol), edit)


def work_out(
    cases: DataFrame,
    grid: DataFrame,
    protocol: Protocol,
    *,
    hierarchy: Hierarchy,
    households: DataFrame | Placement | None,
    case_places: DataFrame | None,
    base: Plan | None = None,
) -> tuple[Delineate, Notes]:
    """Work out what `propose` does, and return what has to be said of it instead of warning.

    Parameters
    ----------
    cases, grid, protocol, households, case_places
        As for `delineate`.
    hierarchy
        The cells of the grid.
    base
        The plan to zone again; a new case in one of its zones may raise it as a whole.
    """
    notes = Notes()
    roster = _roster(cases, grid, protocol, hierarchy, households)
    starts = starts_of(cases, case_places, grid, roster, notes=notes)
    raising = None if base is None else Raising(base, protocol, starts, roster)
    return _edit(Sought(starts, Field(hierarchy, roster, notes)), protocol, base=base, raising=raising)


def _edit(
    sought: Sought, protocol: Protocol, *, base: Plan | None = None, raising: Raising | None = None
) -> tuple[Delineate, Notes]:
    starts, notes = sought.starts, sought.field.notes.copy()
    names = sought.field.names  # before the copy, so that the next protocol finds them again
    field = _noting(sought.field, notes)
    drafts = [draft for rule in protocol.rules for draft in drafts_of(rule, starts, field)]
    ids = tuple(dict.fromkeys(start.case for start in starts))
    zoned = {draft.case for draft in drafts}
    unplaced = tuple(case for case in ids if case not in zoned)
    _note_unused(starts, unplaced, protocol, notes)
    lifted = None if base is None else Lifted(base, names)
    drafts = drafts if lifted is None else lifted.without(drafts)
    raised = [] if raising is None else raising.proposals(notes)
    if raising is not None and raised:
        drafts = [draft for draft in drafts if not raising.within(draft)]
    proposals = proposals_of(drafts, protocol.tier_ids, names)
    if raising is not None and raised:
        proposals = tuple(each for each in proposals if not raising.replaced(each, raised))
    edit = Delineate(
        protocol=protocol.id,
        tiers=protocol.tier_ids,
        prefixes=tuple(tier.prefix for tier in protocol.tiers),
        proposals=(*proposals, *raised, *(() if lifted is None else lifted.proposals(protocol.tier_ids))),
        cases=ids,
        unplaced=unplaced,
    )
    return edit, notes


def _noting(field: Field, notes: Notes) -> Field:
    """Return the same field, with what was worked out for it, that takes other notes."""
    same = copy(field)
    object.__setattr__(same, "notes", notes)
    return same


def _roster(
    cases: DataFrame,
    grid: DataFrame,
    protocol: Protocol,
    hierarchy: Hierarchy,
    households: DataFrame | Placement | None,
) -> Roster | None:
    """Place the households, unless neither a rule nor a case asks for them."""
    if households is None or isinstance(households, Placement):
        return None if households is None else Roster(households, hierarchy)
    asked = any(rule.rule in _BY_ADDRESS or rule.by == "establishment" for rule in protocol.rules)
    named = "household_id" in cases or "address" in cases
    return Roster(place_households(households, grid), hierarchy) if asked or named else None


def _note_unused(starts: list[Start], unplaced: tuple[str, ...], protocol: Protocol, notes: Notes) -> None:
    kinds = {kind for rule in protocol.rules for kind in rule.places}
    for start in starts:
        if start.kind not in kinds:
            notes.add(f"no rule of {protocol.id} starts from a place of the kind {start.kind!r}", start.case)
        elif not start.cell and start.point is None:
            notes.add(f"a place of the kind {start.kind!r} is in no cell and at no known address", start.case)
    for case in unplaced:
        notes.add("no zone could be made for these cases; they are kept in the edit as unplaced", case)
