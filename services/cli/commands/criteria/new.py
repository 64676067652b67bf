"""`nenep criteria new`: a criteria document to be filled in. Needs nothing running, unless another set is copied."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from services.cli.commands.criteria.known import one
from services.cli.failures import Failure
from services.cli.output import messages
from services.cli.place import DEFAULT_DATA, Data


def command(
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write it; an existing file is kept.", show_default="-")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="SET", help="Begin with a copy of this set (id or file).")
    ] = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """A new criteria document: every key with a comment, and what must be filled in left empty."""
    from services.evaluation.criteria.reference import SCHEMA  # large (Polars), and `up` needs none of it
    from services.evaluation.criteria.template import copy_of, template

    text = template() if from_ is None else copy_of(one(from_, data))
    text = f"# yaml-language-server: $schema={SCHEMA}\n{text}"
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Failure(f"{out} exists already, and is kept: choose another name.") from None
    except OSError as error:
        raise Failure(f"{out} cannot be written: {error.strerror}") from error
    messages().print(f"Fill in what is empty; `nenep criteria check {out}` says what is left to do.", markup=False)
