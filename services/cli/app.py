"""The commands of `nenep`, and how each of them may end."""

from __future__ import annotations

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
5 no answer in time · 130 stopped by Ctrl-C.
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
        application(sys.argv[1:])()
    except Failure as failure:
        _end(str(failure), failure.code)
    except BusError as error:
        _end(str(error), Exit.NO_SYSTEM)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read the output has gone: nothing left to say, and nowhere
        sys.exit(Exit.OK)
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)


def _end(message: str, code: Exit) -> None:
    messages().print(Text("nenep: ", style="bold red").append(message, style="not bold default"))
    sys.exit(code)
