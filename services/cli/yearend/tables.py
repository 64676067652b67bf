"""How far a year has come, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from services.cli.output import number, table
from services.cli.yearend.standing import YearShown
from services.cli.yearend.words import year_grade


def tables(year: int, shown: YearShown) -> Iterator[Table | Text]:
    """The subjects, then the quotas, then what the rules leave to be known."""
    decided = sum(row["decided"] is not None for row in shown.subjects)
    found = table(
        f"The year {year} ({decided} of {len(shown.subjects)} decided)",
        ("subject", "name", "months", "component", "proposed", "appraised", "decided", "next"),
        right=("months", "component"),
    )
    for row in shown.subjects:
        stages = (_stage(row[stage]) for stage in ("proposed", "appraised", "decided"))
        months, component = _span(row, "rolled"), _span(row, "component")
        found.add_row(row["subject"], row["name"] or "", months, component, *stages, _next(row))
    yield found
    if shown.quotas:
        yield _quotas(shown)
    for id_, rule in shown.rules.items():
        worth = rule["meetings"]
        said = (
            f"the meetings are {worth['points']:g} of the {worth['of']} points" if worth else "no meetings' component"
        )
        none = "" if any(rule["deadlines"].values()) else "; it states no deadlines"
        yield Text(f"{rule['number']} ({id_}): {', '.join(rule['grades'])}; {said}{none}.", style="dim")


def told(events: Sequence[dict[str, Any]]) -> Table:
    """Every event, a line each."""
    names = ("subject", "status", "on", "by", "number", "reason", "event")
    found = table(f"What was said ({len(events)})", names)
    for one in events:
        found.add_row(*(one[name] or "" for name in names))
    return found


def _quotas(shown: YearShown) -> Table:
    names = ("denominator", "allowed", "counted", "foreseen", "undetermined", "over")
    found = table("Quotas", ("grade", "among", "", "percent", *names), right=("percent", *names))
    for row in shown.quotas:
        over = Text(str(row["over"]), style="bold red" if row["over"] else "")
        counts = (str(row[name]) for name in names[:-1])
        found.add_row(year_grade(row["grade"]), row["among"], f"{row['level']}s", f"{row['percent']:g}", *counts, over)
    return found


def _stage(said: dict[str, Any] | None) -> Text:
    if said is None:
        return Text("–", style="dim")
    veto = f", {said['veto']}" if said["veto"] else ""
    return Text.assemble(year_grade(said["grade"]), f" {number(said['total'])}{veto} ({said['by']} {said['on']})")


def _span(row: dict[str, Any], name: str) -> str:
    lower, upper = row[f"{name}_lower"], row[f"{name}_upper"]
    if lower is not None and lower != upper:
        return f"{number(lower)}–{number(upper)}"
    points = number(row[f"{name}_points"])
    return row.get(f"{name}_grade") or points if row[f"{name}_points"] is None else points


def _next(row: dict[str, Any]) -> str:
    if row["next"] is None:
        return ""
    until = f" until {row['deadline']}" if row["deadline"] else ""
    waits = f", {row['waiting']} below undecided" if row["waiting"] else ""
    cancelled = "cancelled; " if row["status"] == "cancelled" else ""
    return f"{cancelled}{row['next_by']}: {row['next']}{until}{waits}"
