"""How far a year has come, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from services.cli.language import PLACES, TERMS
from services.cli.output import number, table
from services.cli.yearend.standing import YearShown
from services.cli.yearend.words import word, year_grade


def tables(year: int, shown: YearShown, lang: str) -> Iterator[Table | Text]:
    """The subjects, then the quotas, then what the rules leave to be known."""
    decided = sum(row["decided"] is not None for row in shown.subjects)
    names = ("subject", "name", "months", "component", "proposed", "appraised", "decided", "next")
    columns = [word(name, lang) for name in names]
    title = word("year", lang, year=year, decided=decided, n=len(shown.subjects))
    found = table(title, columns, right=columns[2:4])
    for row in shown.subjects:
        stages = (_stage(row[stage], lang) for stage in ("proposed", "appraised", "decided"))
        months, component = _span(row, "rolled", lang), _span(row, "component", lang)
        found.add_row(row["subject"], row["name"] or "", months, component, *stages, _next(row, lang))
    yield found
    if shown.quotas:
        yield _quotas(shown, lang)
    for id_, rule in shown.rules.items():
        worth = rule["meetings"]
        said = (
            f"the meetings are {worth['points']:g} of the {worth['of']} points" if worth else "no meetings' component"
        )
        none = "" if any(rule["deadlines"].values()) else "; it states no deadlines"
        yield Text(f"{rule['number']} ({id_}): {', '.join(rule['grades'])}; {said}{none}.", style="dim")


def told(events: Sequence[dict[str, Any]], lang: str) -> Table:
    """Every event, a line each."""
    names = ("subject", "status", "on", "by", "number", "reason", "event")
    found = table(word("events", lang, n=len(events)), [word(name, lang) for name in names])
    for one in events:
        found.add_row(*(word(one[name], lang) if name == "status" else one[name] or "" for name in names))
    return found


def _quotas(shown: YearShown, lang: str) -> Table:
    names = ("denominator", "allowed", "counted", "foreseen", "undetermined", "over")
    percent, *counted = (word(name, lang) for name in ("percent", *names))
    columns = (word("grade", lang), word("among", lang), "", percent, *counted)
    found = table(word("quotas", lang), columns, right=(percent, *counted))
    for row in shown.quotas:
        over = Text(str(row["over"]), style="bold red" if row["over"] else "")
        counts = (str(row[name]) for name in names[:-1])
        level = word(f"of_{row['level']}s", lang)
        found.add_row(year_grade(row["grade"], lang), row["among"], level, f"{row['percent']:g}", *counts, over)
    return found


def _stage(said: dict[str, Any] | None, lang: str) -> Text:
    if said is None:
        return Text("–", style="dim")
    veto = f", {said['veto']}" if said["veto"] else ""
    points = number(said["total"], lang)
    return Text.assemble(year_grade(said["grade"], lang), f" {points}{veto} ({said['by']} {said['on']})")


def _span(row: dict[str, Any], name: str, lang: str) -> str:
    lower, upper = row[f"{name}_lower"], row[f"{name}_upper"]
    if lower is not None and lower != upper:
        return f"{number(lower, lang)}–{number(upper, lang)}"
    if row[f"{name}_points"] is None and (grade := row.get(f"{name}_grade")):
        return TERMS[grade][PLACES[lang]]
    return number(row[f"{name}_points"], lang)


def _next(row: dict[str, Any], lang: str) -> str:
    if row["next"] is None:
        return ""
    until = f" {word('until', lang, day=row['deadline'])}" if row["deadline"] else ""
    waits = f", {word('waiting', lang, n=row['waiting'])}" if row["waiting"] else ""
    cancelled = f"{word('cancelled', lang)}; " if row["status"] == "cancelled" else ""
    return f"{cancelled}{row['next_by']}: {word(row['next'], lang)}{until}{waits}"
