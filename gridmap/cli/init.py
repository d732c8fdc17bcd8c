"""gridmap init: read the tables into a new workspace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gridmap.cli.columns import (
    found_mapping,
    keep_mapping,
    kept_mapping,
    say_mapping,
    say_reading,
    tell_mapping,
)
from gridmap.cli.options import AsOf, Author, Effective, Issuer, Json, Number, ValidUntil, author_name
from gridmap.cli.printing import progress, say, say_json, say_table, tell
from gridmap.cli.results import say_households
from gridmap.errors import WorkspaceError

if TYPE_CHECKING:
    from gridmap.model.zoning import Document

_FINDINGS = 3
_WAIT_S = 10.0
_WITHOUT_PLACES = ("case_places", "pins")
_PROOF = ("households_in", "placed", "exceptions", "by_reason", "residents_in", "balanced")
_Crs = Annotated[
    str | None, typer.Option(metavar="CRS", help="CRS of that file, such as GCJ-02 or EPSG:4549.")
]


def init(
    workspace: Annotated[
        str, typer.Argument(metavar="WORKSPACE", help="The file to make, such as county.gpkg.")
    ],
    *,
    grid: Annotated[
        Path, typer.Option(help="Cells: GeoPackage, GeoJSON, Shapefile, KML, DXF, FlatGeobuf or Parquet.")
    ],
    households: Annotated[
        Path,
        typer.Option(help="Roster: XLSX, XLS, CSV, GeoPackage, GeoJSON or Parquet, or a folder of them."),
    ],
    officials: Annotated[Path | None, typer.Option(help="Officials, in the same formats.")] = None,
    cases: Annotated[Path | None, typer.Option(help="Cases.")] = None,
    case_places: Annotated[Path | None, typer.Option(help="Further places of the cases.")] = None,
    sites: Annotated[Path | None, typer.Option(help="Points to be staffed.")] = None,
    pins: Annotated[
        Path | None, typer.Option(help="Duties set by hand: official, role, kind of target, target.")
    ] = None,
    boundaries: Annotated[
        Path | None, typer.Option(help="Named lines that may enclose an area: roads, rivers, borders.")
    ] = None,
    protocol: Annotated[
        str, typer.Option(help="Rules to zone by: the name of one that is shipped, or a TOML file.")
    ] = "three-zones-2021",
    crs_grid: _Crs = None,
    crs_households: _Crs = None,
    crs_officials: _Crs = None,
    crs_cases: _Crs = None,
    crs_sites: _Crs = None,
    crs_boundaries: _Crs = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend cells whose outline crosses itself.")
    ] = False,
    mapping: Annotated[
        Path | None,
        typer.Option(help="Which header is which column (TOML): followed if it is there, else written."),
    ] = None,
    show_mapping: Annotated[
        bool, typer.Option("--show-mapping", help="Only show which header is which column; make nothing.")
    ] = False,
    title: Annotated[str, typer.Option(help="Heading of every export.")] = "",
    number: Number = "",
    issuer: Issuer = "",
    owner: Annotated[str, typer.Option(help="Who clears exceptions that no village secretary can.")] = "",
    as_of: AsOf = None,
    effective: Effective = None,
    valid_until: ValidUntil = None,
    author: Author = "",
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Replace an existing workspace and its history; a copy is kept beside it."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Read the tables into a new workspace, and say what is wrong with them.

    Nothing is dropped: a household that cannot be placed is listed with its reason (exit code 3).

    Example: gridmap init county.gpkg --grid grid.gpkg --households households.xlsx --officials officials.xlsx
    """
    from gridmap.model.zoning import Document
    from gridmap.store.protocols import read_protocol_text

    if not show_mapping:
        _check_free(workspace, force=force)
    protocol_text = read_protocol_text(protocol)
    files = {
        "grid": grid,
        "households": households,
        "officials": officials,
        "cases": cases,
        "case_places": case_places,
        "sites": sites,
        "pins": pins,
        "boundaries": boundaries,
    }
    crs = {
        "grid": crs_grid,
        "households": crs_households,
        "officials": crs_officials,
        "cases": crs_cases,
        "sites": crs_sites,
        "boundaries": crs_boundaries,
    }
    given = {name: path for name, path in files.items() if path is not None}
    tables = read_tables(given, crs, repair=repair, mappings=kept_mapping(mapping))
    found = found_mapping(tables)
    keep_mapping(mapping, found)
    if show_mapping:
        say_json({"mapping": found}) if as_json else say_mapping(found)
        return
    tell_mapping(found)
    document = Document(
        title=title,
        number=number,
        issuer=issuer,
        owner=owner,
        as_of=as_of or _now(),
        effective_at=effective,
        valid_until=valid_until,
    )
    keep_a_copy(Path(workspace))
    make_workspace(
        Path(workspace), tables, protocol_text=protocol_text, document=document, author=author_name(author)
    )
    _report(workspace, tables, households, found["households"], as_json=as_json)


def read_tables(
    files: dict[str, Path],
    crs: dict[str, str | None],
    *,
    repair: bool = False,
    mappings: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Read the files of the tables, each with its reader."""
    from gridmap.store import readers

    tables = {}
    with progress(len(files), "reading") as bar:
        for name, path in files.items():
            bar.set_postfix_str(path.name)
            read = getattr(readers, f"read_{name}")
            options: dict[str, Any] = {"mapping": (mappings or {}).get(name)}
            options |= {} if name in _WITHOUT_PLACES else {"crs": crs.get(name)}
            tables[name] = read(path, **options | ({"repair": repair} if name == "grid" else {}))
            bar.update()
    return tables


def keep_a_copy(path: Path) -> None:
    """Copy a workspace that is about to be replaced, and say where the copy is."""
    from gridmap.store.backup import back_up

    if path.exists():
        copy = back_up(path, why="before-init", timeout_s=_WAIT_S)
        tell(f"note: the workspace as it was is kept as {copy}")


def make_workspace(
    path: Path, tables: dict[str, Any], *, protocol_text: str, document: Document, author: str
) -> None:
    """Make the workspace whole or not at all; one that is there is replaced."""
    from gridmap.store.files import atomic_path
    from gridmap.store.workspace import open_workspace

    with atomic_path(path, private=True) as temporary, open_workspace(temporary) as workspace:
        workspace.set_tables(author=author, **tables)
        workspace.set_protocol(protocol_text)
        workspace.set_document(document)


def _now() -> datetime:
    return datetime.now(UTC).astimezone().replace(microsecond=0)


def _check_free(workspace: str, *, force: bool) -> None:
    from gridmap.store.workspace import open_workspace

    path = Path(workspace)
    if "://" in workspace or (path.exists() and force):
        open_workspace(workspace)  # refuses what is not a workspace, so that nothing else is replaced
    elif path.exists():
        raise WorkspaceError(f"{workspace} is already there; choose another name, or --force to replace it")


def _report(
    workspace: str, tables: dict[str, Any], source: Path, mapping: Mapping[str, Any], *, as_json: bool
) -> None:
    """Read back what was stored, prove that it is what the source holds, and say what is wrong with it."""
    from gridmap.cli.findings import grid_findings, placement_findings, say_findings
    from gridmap.core.apply import new_plan
    from gridmap.core.place import place_households
    from gridmap.export.proof import certify
    from gridmap.store.workspace import open_workspace

    with open_workspace(workspace) as stored:
        grid = stored.grid
        placement = place_households(stored.households, grid)
    certificate = certify(placement, new_plan(grid), inputs={"households": source}, mapping=mapping)
    findings = [*placement_findings(placement), *grid_findings(grid)]
    if as_json:
        rows = {name: len(frame) for name, frame in tables.items()}
        reading = {name: frame.attrs["reading"] for name, frame in tables.items()}
        proof = {key: value for key, value in certificate.to_json().items() if key in _PROOF}
        found = [finding.to_json() for finding in findings]
        say_json({"workspace": workspace, "rows": rows, "reading": reading, **proof, "findings": found})
    else:
        say(f"{workspace}")
        say_table([(name, len(frame)) for name, frame in tables.items()], head=("table", "rows"))
        say_reading(tables)
        say_households(certificate)
        say_findings(findings)
        say(f"\nnext: gridmap zone {workspace}" + ("" if "cases" in tables else " --cases FILE"))
    for difference in certificate.differences:
        tell(f"error: {difference}")
    if findings or certificate.differences:
        raise typer.Exit(_FINDINGS)
