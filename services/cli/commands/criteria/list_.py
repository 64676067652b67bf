"""`nenep criteria list`: the criteria sets that are known."""

from __future__ import annotations

from rich.text import Text

from services.cli.commands.criteria.known import known
from services.cli.dials import KnownAt
from services.cli.output import AsRows, RowFormat, console, print_csv, print_json, table
from services.cli.place import DEFAULT_DATA, Data
from services.contracts.criteria import CriteriaKnown, CriteriaOf

COLUMNS = ("id", "number", "from", "to", "anchor", "units", "scale", "version", "status", "origin", "hash")


def command(
    known_at: KnownAt = None,
    format_: AsRows = RowFormat.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """The criteria sets known to the running system, shipped and published; without one, those that ship."""
    rows = [_row(one) for one in known(CriteriaOf(known_at=known_at), data).sets]
    if format_ is RowFormat.JSON:
        print_json(rows)
    elif format_ is RowFormat.CSV:
        print_csv(COLUMNS, rows)
    else:
        shown = table(None, COLUMNS, right=("version",))
        for row in rows:
            short = {**row, "hash": str(row["hash"])[:12]}
            shown.add_row(*(Text("" if short[name] is None else str(short[name])) for name in COLUMNS))
        console().print(shown)


def _row(one: CriteriaKnown) -> dict[str, object]:
    return {
        "id": one.id,
        "number": one.number,
        "from": one.effective_from.isoformat(),
        "to": one.effective_to and one.effective_to.isoformat(),
        "anchor": one.anchor,
        "units": " ".join(one.units) if one.units else None,
        "scale": one.scale,
        "version": one.version,
        "status": one.status,
        "origin": one.origin,
        "hash": one.hash,
    }
