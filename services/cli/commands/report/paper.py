"""What the papers share: their options, how they are asked for, and where they are written."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer
from rich.text import Text

from services.cli.dials import IN_FORCE, Criteria, DecidedOn, KnownAt, TreeAt, lens
from services.cli.failures import Exit, Failure
from services.cli.output import messages
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, question, run
from services.cli.values import day, unit_code
from services.contracts.base import Contract
from services.contracts.reports import CellMonth, MonthlyOf

if TYPE_CHECKING:
    import pyarrow as pa

    from services.documents.document import Document
    from services.documents.letterhead import Letterhead
    from services.documents.listed import Told


class PaperFormat(StrEnum):
    """How a paper is written."""

    XLSX = "xlsx"
    PDF = "pdf"
    CSV = "csv"
    JSON = "json"


Rows = Sequence[Mapping[str, Any]]
DRAWN = (PaperFormat.XLSX, PaperFormat.PDF)
"""What is drawn; the others are rows for programs."""
Unit = Annotated[str, typer.Option(help="The unit whose cells are listed, with all below it.", callback=unit_code)]
Out = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Where to write it (csv, json: else to standard output).")
]
AsPaper = Annotated[PaperFormat, typer.Option("--format", help="xlsx or pdf to be signed, csv or json for programs.")]
Head = Annotated[
    Path | None,
    typer.Option("--letterhead", metavar="FILE", help="TOML: whose paper it is, to whom it goes, who signs."),
]
On = Annotated[date | None, typer.Option(parser=day, metavar="DATE", help="The date of the paper (else left open).")]
Number = Annotated[str | None, typer.Option(help="The number of the paper.")]


class Answered(NamedTuple):
    """The months asked for, and what the answer says of itself."""

    months: list[CellMonth]
    told: Told


class Wanted(NamedTuple):
    """The options of every paper: whose cells, how it is written and headed, and through which lens."""

    unit: Unit
    format_: AsPaper = PaperFormat.XLSX
    out: Out = None
    head: Head = None
    on: On = None
    number: Number = None
    set_: Criteria = IN_FORCE
    known_at: KnownAt = None
    tree_at: TreeAt = None
    decided_on: DecidedOn = None
    data: Data = DEFAULT_DATA

    def letterhead(self) -> Letterhead:
        """The letterhead. Raises Failure with all that is wrong with it, or when a file is wanted and none is named."""
        if self.out is None and self.format_ in DRAWN:
            raise Failure(f"--format {self.format_} needs --out FILE.")
        return letterhead(self.head, self.on, self.number)

    def months(self, year: int, first: int, last: int, *, losses: bool = False) -> Answered:
        """Asks evaluation for months of a year."""
        by = lens(self.set_, self.known_at, self.tree_at, self.decided_on)
        return ask_months(
            MonthlyOf(year=year, first=first, last=last, unit=self.unit, losses=losses, lens=by), self.data
        )

    def write(self, document: Callable[[], Document], found: Callable[[], Rows], columns: Sequence[str]) -> None:
        """Writes the paper, or its rows for programs."""
        drawn_ = self.format_ in DRAWN
        write(drawn(document(), self.format_) if drawn_ else rows(found(), columns, self.format_), self.out)


def letterhead(file: Path | None, on: date | None, number: str | None) -> Letterhead:
    """The letterhead of a file (none: an empty one) with this date and number. Raises Failure with all problems."""
    from services.documents.letterhead import Letterhead, LetterheadError, read_letterhead

    try:
        found = read_letterhead(file.read_text(encoding="utf-8-sig")) if file else Letterhead()
        given = {"on": on, "number": number}
        said = {name: value for name, value in given.items() if value is not None}
        return Letterhead.model_validate({**found.model_dump(), **said})
    except LetterheadError as error:
        raise Failure(f"{file} is no letterhead:\n  " + str(error).replace("\n", "\n  "), Exit.WRONG) from None
    except ValueError as error:
        if isinstance(error, UnicodeDecodeError):
            raise Failure(f"{file} cannot be read: it is not in UTF-8.") from None
        raise Failure(f"{number!r} is no number of a paper: 1 to 1000 printable characters.") from None
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.") from None


def ask(query: str, asked: Contract, data: Path) -> pa.Table:
    """Asks evaluation for a table."""

    async def answer() -> pa.Table:
        async with bus_at(locate(data)) as bus:
            return (await question(bus, "evaluation", query, asked)).table()

    return run(answer())


def ask_months(asked: MonthlyOf, data: Path) -> Answered:
    """Asks evaluation for the months. That nothing is told of them is said: the paper then has no rows."""
    from services.documents.listed import Told

    table = ask("monthly", asked, data)
    months = [CellMonth.model_validate(row) for row in table.to_pylist()]
    if not months:
        said = f"{asked.year}, months {asked.first} to {asked.last}" if asked.first != asked.last else ""
        said = said or f"{asked.year}-{asked.first:02}"
        messages().print(Text(f"Nothing is told of {asked.unit} in {said}: the list has no rows."))
    return Answered(months, Told.of(asked, table.schema.metadata))


def drawn(document: Document, format_: PaperFormat) -> bytes:
    """The paper as a file."""
    if format_ is PaperFormat.PDF:
        from services.documents.pdf import as_pdf

        return as_pdf(document)
    from services.documents.xlsx import as_xlsx

    return as_xlsx(document)


def rows(found: Rows, columns: Sequence[str], format_: PaperFormat) -> bytes:
    """The rows for programs."""
    if format_ is PaperFormat.JSON:
        return (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode()
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: "" if row[name] is None else row[name] for name in columns} for row in found)
    return out.getvalue().encode()


def write(content: bytes, out: Path | None) -> None:
    """To the file, or to standard output. Raises Failure when it cannot be written."""
    if out is None:
        sys.stdout.write(content.decode())
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        raise Failure(f"{out} cannot be written: {error.strerror}.") from None
    messages().print(Text(f"written to {out}"))
