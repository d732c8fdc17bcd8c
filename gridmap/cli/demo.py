"""gridmap demo: the whole job on bundled, made-up data."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from gridmap.cli.export import write_and_log
from gridmap.cli.init import make_workspace, read_tables
from gridmap.cli.options import Json
from gridmap.cli.printing import progress, say, say_files, say_json, tell
from gridmap.cli.zone import save_zones
from gridmap.errors import OutputError

if TYPE_CHECKING:
    from gridmap.export.kit import Written
    from gridmap.model.zoning import Document, Zoning
    from gridmap.store.workspace import Workspace

_AUTHOR = "gridmap demo"
_ISSUER = "示例县疫情防控指挥部(虚构)"
_FILES = {
    "grid": "grid.gpkg",
    "households": "households.csv",
    "officials": "officials.csv",
    "cases": "cases.csv",
    "sites": "sites.csv",
}
_PUBLIC = ("map", "picture", "atlas", "layers")


def demo(
    *,
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder to write to.")] = Path("demo"),
    as_json: Json = False,
) -> None:
    """Do the whole job on bundled data: zones, duties, the proof, a map, an atlas, contact lists.

    The county, its households and its officials are made up. Needs no network.

    Example: gridmap demo --out demo
    """
    from gridmap.export.handed_out import stale_files
    from gridmap.store.bundled import bundled_path
    from gridmap.store.files import remove_file
    from gridmap.store.protocols import load_protocol, read_protocol_text
    from gridmap.store.workspace import open_workspace

    path = out / "workspace.gpkg"
    old = _replaced(path)
    sources = {name: bundled_path(f"county/{file}") for name, file in _FILES.items()}
    lines = {"boundaries": bundled_path("county/boundaries.gpkg")}
    make_workspace(
        path,
        read_tables(sources | lines, dict.fromkeys(_FILES, "EPSG:4490")),
        protocol_text=read_protocol_text("three-zones-2021"),
        document=_document(datetime.now(ZoneInfo("Asia/Shanghai"))),
        author=_AUTHOR,
    )
    with open_workspace(path) as workspace:
        save_zones(workspace, workspace.plan, load_protocol("three-zones-2021"), reason="", author=_AUTHOR)
        zoning, written = _export(workspace, out, sources)
    for file in stale_files(old, written):
        remove_file(file)
    _report(zoning, [path, *(each.path for each in written)], as_json=as_json)


def _replaced(path: Path) -> Any:
    """Give the export log of the earlier demo that is replaced; refuse any other workspace."""
    from gridmap.store.workspace import open_workspace

    if not path.exists():
        return None
    with open_workspace(path) as workspace:
        if workspace.document.issuer != _ISSUER:
            raise OutputError(
                f"{path} is a workspace that the demo did not make; choose another folder: --out DIR"
            )
        tell(f"note: the earlier demo in {path.parent} is replaced")
        return workspace.exports()


def _document(now: datetime) -> Document:
    """Make the head of the exports: in force from the next full hour, for 14 days."""
    from gridmap.model.zoning import Document

    hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return Document(
        title="示例县封控区、管控区、防范区划定方案(虚构)",
        number=f"示例〔{now.year}〕1号",
        issuer=_ISSUER,
        as_of=now.replace(second=0, microsecond=0),
        effective_at=hour,
        valid_until=hour + timedelta(days=14),
        owner="示例县数据专班(虚构)",
    )


def _export(workspace: Workspace, out: Path, sources: dict[str, Path]) -> tuple[Zoning, list[Written]]:
    """Put the duties in force, write the lists, prove them, and write the rest with that proof."""
    from gridmap.export.handed_out import log_rows
    from gridmap.export.kit import write_contacts, zoning_of

    zoning = zoning_of(workspace, inputs=sources)
    if zoning.duties is not None:
        workspace.keep_duties(zoning.duties.table, plan_version=zoning.plan.version, author=_AUTHOR)
    written: list[Written] = []
    with progress(2, "writing lists") as bar:
        for audience in ("field", "official"):
            zoning, lists = write_contacts(zoning, out / "contacts" / audience, audience=audience, plain=True)
            written += lists
            bar.update()
    workspace.log_export(log_rows(written, zoning, author=_AUTHOR))
    for audience, formats in (("public", _PUBLIC), ("official", ("certificate",))):
        written += write_and_log(workspace, zoning, out, audience=audience, author=_AUTHOR, formats=formats)
    return zoning, written


def _report(zoning: Zoning, paths: list[Path], *, as_json: bool) -> None:
    from gridmap.cli.results import say_duties, say_households, say_tiers, say_zones

    certificate, placement, duties = zoning.certificate, zoning.placement, zoning.duties
    if certificate is None or placement is None or duties is None:
        return
    if as_json:
        say_json({"certificate": certificate.to_json(), "files": [str(path) for path in paths]})
        return
    say(f"plan version {zoning.plan.version}, {zoning.document.number}; all data are made up")
    say_households(certificate)
    say_tiers(zoning.plan, placement)
    say_zones(zoning.plan, placement)
    say_duties(duties, zoning.protocol)
    say("\nfiles (the lists have no password, because the persons are made up)")
    say_files(paths)
