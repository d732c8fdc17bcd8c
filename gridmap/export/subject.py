"""What is exported: a zoning, or a workspace from which one is put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeAlias

from pandas import DataFrame

from gridmap.core.duty import assign_duties
from gridmap.core.place import place_households
from gridmap.errors import UnsupportedError, WorkspaceError
from gridmap.model.duties import Duties
from gridmap.model.zoning import Document, Zoning
from gridmap.store.workspace import Workspace

Subject: TypeAlias = Zoning | Workspace
_TABLES = ("grid", "households", "officials", "cases", "sites")
_COUNTED = ("grid", "households")


def as_zoning(subject: Subject) -> Zoning:
    """Return a zoning as it is, or what a workspace holds now.

    Raises
    ------
    UnsupportedError
        If it is neither.
    """
    if isinstance(subject, Workspace):
        return zoning_of(subject)
    if not isinstance(subject, Zoning):
        what = type(subject).__name__
        raise UnsupportedError(
            f"exports are made from a Zoning or a Workspace, not from a {what}; see gm.Zoning"
        )
    return subject


def zoning_of(
    workspace: Workspace,
    *,
    document: Document | None = None,
    inputs: Mapping[str, Any] | None = None,
    pins: DataFrame | None = None,
) -> Zoning:
    """Put together what a workspace holds now: placement, plan, duties, follow-ups, and the certificate.

    Duties set by hand are kept, and those in force stay where that is as good or little worse.

    Parameters
    ----------
    workspace
        With a grid and a protocol.
    document
        Number, issuer and times; those kept in the workspace, if not given.
    inputs
        The source tables or files that are counted again; the tables kept in the workspace, if not given.
    pins
        The duties set by hand; those kept in the workspace, if not given.

    Returns
    -------
    zoning
        What every export is made from.

    Raises
    ------
    WorkspaceError
        If the workspace has no grid or no protocol.
    """
    from gridmap.export.proof import certify

    protocol = workspace.protocol
    if protocol is None:
        raise WorkspaceError(f"{workspace.path} has no protocol; set one with gridmap zone --protocol NAME")
    tables = {name: getattr(workspace, name) for name in _TABLES}
    document = document or workspace.document
    as_of = document.as_of or datetime.now(UTC).astimezone()
    plan = workspace.plan
    placement = place_households(tables["households"], tables["grid"])
    in_force = workspace.duties_in_force
    duties = assign_duties(
        plan,
        placement,
        tables["officials"],
        protocol=protocol,
        sites=tables["sites"],
        pins=workspace.pins if pins is None else pins,
        before=in_force if len(in_force) else None,
    )
    events = workspace.events
    sources = {name: frame for name, frame in tables.items() if len(frame)} if inputs is None else inputs
    return Zoning(
        plan=plan,
        grid=tables["grid"],
        protocol=protocol,
        placement=placement,
        certificate=certify(
            placement,
            plan,
            as_of=as_of,
            inputs=sources,
            duties=duties,
            events=events if len(events) else None,
        ),
        duties=duties,
        officials=tables["officials"],
        sites=tables["sites"],
        cases=tables["cases"],
        document=replace(document, as_of=as_of),
        followups=workspace.followups,
        events=events,
        in_force=replaced_duties(workspace, duties),
        boundaries=workspace.boundaries,
        told_before=told_before(workspace, plan.version),
    )


def told_before(workspace: Workspace, version: str) -> bool:
    """Tell whether the public was given counts of another version, or of tables since replaced."""
    log: Any = workspace.exports()
    public = log[log["audience"] == "public"]
    if not len(public):
        return False
    replaced = workspace.replacements()
    counted = replaced.loc[replaced["table"].isin(_COUNTED), "time"]
    return bool((public["version"] != version).any() or (counted > public["time"].min()).any())


def replaced_duties(workspace: Workspace, duties: Duties) -> DataFrame | None:
    """Return the duties that some take the place of: those in force, or where just these are, those before.

    Parameters
    ----------
    workspace
        Where duties in force are kept.
    duties
        Some duties.

    Returns
    -------
    before
        In the columns of `Duties.table`; None if there are none.
    """
    in_force = workspace.duties_in_force
    known = workspace.duties_before if in_force.equals(duties.table.astype("str")) else in_force
    return known if len(known) else None
