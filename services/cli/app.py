"""The commands of `nenep`, and how each of them may end."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer
from rich.text import Text

from services.chassis.bus import BusError
from services.cli.failures import Exit, Failure
from services.cli.output import messages

HELP = """Nền Nếp: watch over the regularity and quality of party-cell meetings.

Exit codes: 0 all is well · 1 the command ran and found something wrong, or the system could not be started · 2 the
question or the arguments are impossible · 3 publish: some lines were rejected · 4 no system or broker found ·
5 no answer in time · 130 stopped by Ctrl-C · 141 whoever read the output has gone.
"""

COMMANDS = (
    "up", "provision", "grant", "publish", "rejected", "scores", "explain", "decide", "grades", "coverage", "gap",
    "themes", "models", "rescore", "runs", "export", "status", "verify", "rebuild", "snapshot", "tree", "alerts",
    "demo",
)  # fmt: skip
GROUPS = ("criteria", "report", "year")


def application(arguments: Sequence[str] = ()) -> typer.Typer:
    """The application for these arguments (none: whole). Where they begin with a command, only that one is loaded."""
    app = typer.Typer(help=HELP, no_args_is_help=True, pretty_exceptions_enable=False, callback=_common)
    wanted = arguments[:1]
    known = wanted and wanted[0] in (*COMMANDS, *GROUPS)
    for name in COMMANDS:
        if not known or name in wanted:
            app.command(name)(import_module(f"services.cli.commands.{name}").command)
    for name in GROUPS:
        if not known or name in wanted:
            app.add_typer(import_module(f"services.cli.commands.{name}").app, name=name)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"nenep {version('nenep')}")
        raise typer.Exit


def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """The entry point: a failure is a sentence on stderr and an exit code."""
    try:
        code = _outcome()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has gone: nothing left to say, and nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Exit.READER_GONE
    sys.exit(code)


def _outcome() -> int | str | None:
    try:
        application(sys.argv[1:])()
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # click and rich end with 1 then, as if something were wrong
            raise ended.__context__ from None
        return ended.code
    except Failure as failure:
        return _said(str(failure), failure.code)
    except BusError as error:
        return _said(str(error), Exit.NO_SYSTEM)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    return Exit.OK


def _said(message: str, code: Exit) -> Exit:
    messages().print(Text("nenep: ", style="bold red").append(message, style="not bold default"))
    return code
