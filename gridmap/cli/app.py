"""The program `gridmap`: its commands, and what happens when one of them fails."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed_version
from types import TracebackType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from gridmap.cli.assign import assign
from gridmap.cli.batch import batch
from gridmap.cli.board import board
from gridmap.cli.check import check
from gridmap.cli.clock import clock
from gridmap.cli.compare import compare
from gridmap.cli.conflict import tell_difference
from gridmap.cli.demo import demo
from gridmap.cli.export import export
from gridmap.cli.followup import followup
from gridmap.cli.grid import grid
from gridmap.cli.init import init
from gridmap.cli.lab import lab
from gridmap.cli.notice import notice
from gridmap.cli.printing import fail, notes
from gridmap.cli.purge import purge
from gridmap.cli.record import record
from gridmap.cli.renew import renew
from gridmap.cli.sample import sample
from gridmap.cli.zone import zone
from gridmap.errors import ConflictError, GridmapError

_DEBUG = "--debug"


class Commands(TyperGroup):
    """The commands, with one clear line for what goes wrong, and `--debug` in any place."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Move `--debug` to the front, where it is an option of the program."""
        end = args.index("--") if "--" in args else len(args)
        wanted = [_DEBUG] if _DEBUG in args[:end] else []
        kept = [each for place, each in enumerate(args) if each != _DEBUG or place >= end]
        parsed: list[str] = super().parse_args(ctx, wanted + kept)
        return parsed

    def invoke(self, ctx: Any) -> Any:
        """Run the command; warnings of gridmap become notes, and its errors one clear message."""
        try:
            with notes():
                return super().invoke(ctx)
        except GridmapError as error:
            if ctx.params.get("debug"):
                raise
            fail(str(error))
            if isinstance(error, ConflictError):
                tell_difference(error.difference)
            raise typer.Exit(1) from error


app = typer.Typer(
    name="gridmap",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _program(
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Tiered zones over a grid of cells: no household missed, and the proof.

    The way through: init reads your files into a workspace, check lists what is wrong with them, zone draws
    the zones from the cases, assign puts in force who is responsible, export writes maps and contact lists,
    followup reads the filled lists back, record keeps what happens from then on. Try gridmap demo first: it
    does all of that on made-up data.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done with findings.
    """
    if debug:
        sys.excepthook = sys.__excepthook__
    if version:
        typer.echo(f"gridmap {installed_version('gridmap')}")
        raise typer.Exit


for command in (
    demo,
    init,
    check,
    zone,
    notice,
    assign,
    export,
    followup,
    board,
    record,
    clock,
    renew,
    sample,
    batch,
    compare,
    purge,
):
    app.command()(command)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(lab)
app.add_typer(grid)


def main() -> None:
    """Run the program."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.excepthook = _tell_briefly
    typer.main.get_command(app)(prog_name="gridmap")


def _tell_briefly(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say where an error that nobody foresaw came from; its text may hold names and phones."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" in {trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}"
    why = ""
    if isinstance(error, OSError) and error.strerror:  # the words of the system, which hold no data
        why = f": {error.strerror}" + (f" ({error.filename})" if error.filename else "")
    fail(f"{kind.__name__}{place}{why}; run it again with {_DEBUG} to see where it comes from")
