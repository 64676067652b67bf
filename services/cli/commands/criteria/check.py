"""`nenep criteria check`: everything that is wrong with a criteria document, with lines. Needs nothing running."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from services.cli.failures import Exit, Failure
from services.cli.output import AsFormat, Format, many, messages, print_json
from services.evaluation.criteria.source import Source, parse

File = Annotated[Path, typer.Argument(help="The criteria document, a YAML file.", metavar="FILE", show_default=False)]


def command(file: File, format_: AsFormat = Format.TABLE) -> None:
    """Everything that is wrong with a criteria document, each problem with its line. Exit code 1 when there is any."""
    from services.evaluation.criteria.check import check  # large (Polars), and `up` needs none of it

    findings = check(read(file))
    if format_ is Format.JSON:
        problems = [{"line": one.line, "where": one.where, "problem": one.problem} for one in findings]
        print_json({"file": str(file), "complete": not findings, "problems": problems})
    else:
        for finding in findings:
            typer.echo(str(finding))
        said = many(len(findings), "problem") if findings else "complete, nothing is wrong"
        messages().print(f"{file}: {said}", markup=False)
    if findings:
        raise typer.Exit(Exit.WRONG)


def read(file: Path) -> Source:
    """The parsed document. Raises Failure when the file cannot be read."""
    try:
        return parse(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from error
