"""A report for people: what is different, what moved it, and what cannot be said."""

from __future__ import annotations

from typing import Any

import polars as pl
from rich.console import Console
from rich.text import Text

from services.cli.output import STYLES, number, table
from services.cli.rescoring.labels import said, word
from services.cli.rescoring.report import Report
from services.cli.rescoring.worded import lens_words, scope_words
from services.contracts.rescoring import NONE, OPEN
from services.evaluation.rescoring.official import against

MOST_MOVES, MOST_HEADINGS, MOST_UNITS, MOST_OPEN = 40, 12, 30, 10
_SIDES = ("before", "after")
_COLUMNS = ("cell", "cell_name", "period", "before", "after", "outcome", "change", "heading", "by")
_ORDER = ["good", "fair", "average", "poor", "met", "not_met", OPEN, NONE]


def show(report: Report, out: Console, lang: str) -> None:
    """Prints the report."""
    question = report.receipt.question
    span = question.first if question.first == question.last else f"{question.first} – {question.last}"
    out.print(
        Text(f"{span}{scope_words(question, lang)}: ", style="bold").append(_months(report, lang), style="not bold")
    )
    for side, lens in (("before", question.before), ("after", question.after)):
        out.print(Text(f"{word(side, lang):>8}: ", style="dim").append(lens_words(lens, lang), style="not dim"))
    if report.months.height:
        _found(report, out, lang)
    else:
        out.print(said("nothing", lang))
    out.print(Text(_receipt(report), style="dim"))


def _found(report: Report, out: Console, lang: str) -> None:
    _matrix(report, out, lang)
    _headings(report, out, lang)
    _moves(report, out, lang)
    _official(report, out, lang)
    _units(report, out, lang)
    _undetermined(report, out, lang)
    _spans(report, out, lang)
    _quotas(report, out, lang)


def _months(report: Report, lang: str) -> str:
    return said("months", lang, n=f"{report.months.height:,}", same=f"{report.unmoved:,}")


def _matrix(report: Report, out: Console, lang: str) -> None:
    """Grades before down, grades after across; the last column and row are the distributions."""
    old, new = (sorted(report.distribution[side], key=_ORDER.index) for side in ("before", "after"))
    shown = table(None, (f"{word('before', lang)} ↓ {word('after', lang)} →", *(word(g, lang) for g in new), "Σ"))
    for column in shown.columns[1:]:
        column.justify = "right"
    for grade in old:
        row = report.transitions.get(grade, {})
        cells = [_count(row.get(other, 0), same=other == grade) for other in new]
        shown.add_row(_grade(grade, lang), *cells, str(report.distribution["before"][grade]))
    shown.add_section()
    shown.add_row("Σ", *(str(report.distribution["after"][grade]) for grade in new), str(report.months.height))
    out.print(shown)
    if any(mean is not None for mean in report.means.values()):
        before, after = (number(report.means[side]) for side in ("before", "after"))
        out.print(Text(f"{word('mean', lang)}: {before} → {after}"))


def _count(count: int, *, same: bool) -> Text:
    return Text(str(count) if count else "·", style="dim" if same or not count else "bold")


def _headings(report: Report, out: Console, lang: str) -> None:
    found = report.tables["impacts"].filter(report.tables["impacts"]["months"] > 0).head(MOST_HEADINGS)
    if not found.height:
        return
    names = tuple(word(one, lang) for one in ("heading", "months", "moved_points", "earned_before", "earned_after"))
    shown = table(word("impacts", lang), (names[0], "", *names[1:]), right=names[1:])
    for row in found.iter_rows(named=True):
        shares = ("–" if row[side] is None else f"{row[side]:.1%}" for side in ("before", "after"))
        shown.add_row(row["heading"], row[lang], f"{row['months']:,}", _signed(row["change"]), *shares)
    out.print(shown)


def _moves(report: Report, out: Console, lang: str) -> None:
    if not report.moves.height:
        out.print(said("none_moves", lang))
        return
    names = [word(one, lang) for one in _COLUMNS]
    shown = table(f"{word('moves', lang)} ({report.moves.height:,})", names, right=(names[6], names[8]))
    for row in report.moves.head(MOST_MOVES).iter_rows(named=True):
        shown.add_row(
            row["cell"],
            row["cell_name"] or "",
            row["period"],
            _seen(row, "before", lang),
            _seen(row, "after", lang),
            word(row["outcome"], lang),
            _signed(row["change"]),
            row["heading"] or "",
            _signed(row["heading_change"]),
        )
    out.print(shown)
    if report.moves.height > MOST_MOVES:
        out.print(said("more", lang, n=f"{report.moves.height - MOST_MOVES:,}"))


def _official(report: Report, out: Console, lang: str) -> None:
    """Official grades down, grades after across."""
    official = report.tables.get("official")
    if official is None:
        return
    found = against(official)
    new = sorted({grade for row in found.values() for grade in row}, key=_ORDER.index)
    title = f"{word('official', lang)} ({official.height:,})"
    shown = table(title, (f"{word('official_grade', lang)} ↓ {word('after', lang)} →", *(word(g, lang) for g in new)))
    for column in shown.columns[1:]:
        column.justify = "right"
    for grade in sorted(found, key=_ORDER.index):
        row = found[grade]
        head = Text(word("cancelled", lang), style="dim") if grade == NONE else _grade(grade, lang)
        shown.add_row(head, *(_count(row.get(other, 0), same=other == grade) for other in new))
    out.print(shown)


def _seen(row: dict[str, Any], side: str, lang: str) -> Text:
    if row[f"{side}_set"] is None:
        return Text("–", style="dim")
    points, low, high = (row[f"{side}_{name}"] for name in ("points", "lower", "upper"))
    told = number(points) if points is not None else f"{number(low)}–{number(high)}" if low is not None else ""
    return Text(f"{told} ").append(_grade(row[f"{side}_grade"] or OPEN, lang))


def _grade(grade: str, lang: str) -> Text:
    return Text(word(grade, lang), style=STYLES.get(grade, "dim"))


def _signed(value: float | None) -> str:
    return "" if value is None else f"{'+' if value > 0 else ''}{number(value)}"


def _undetermined(report: Report, out: Console, lang: str) -> None:
    if not report.undetermined.height:
        return
    out.print(Text(f"{word('undetermined', lang)}: {report.undetermined.height:,}", style="bold"))
    for row in report.undetermined.head(MOST_OPEN).iter_rows(named=True):
        bounds = {"low": number(row["after_lower"]), "high": number(row["after_upper"])}
        between = f": {said('between', lang, **bounds)}" if row["after_lower"] is not None else ""
        out.print(f"  {row['cell']} {row['period']}{between}")
    more = "… " if report.undetermined.height > MOST_OPEN else ""
    out.print(f"  {more}{said('why_open', lang)}")


def _units(report: Report, out: Console, lang: str) -> None:
    """Every unit with all below it: months by grade on both sides."""
    units = report.tables["units"].partition_by("unit", maintain_order=True)
    if len(units) < 2:
        return
    shown = table(word("units", lang), (word("unit", lang), "", word("before", lang), word("after", lang)))
    for unit in units[:MOST_UNITS]:
        first = unit.row(0, named=True)
        shown.add_row(first["unit"], first["unit_name"] or "", *(_grades(unit, side, lang) for side in _SIDES))
    out.print(shown)
    if len(units) > MOST_UNITS:
        out.print(said("more_units", lang, n=f"{len(units) - MOST_UNITS:,}"))


def _grades(unit: pl.DataFrame, side: str, lang: str) -> Text:
    rows = unit.filter(pl.col("side") == side).to_dicts()
    told = Text()
    for row in sorted(rows, key=lambda row: _ORDER.index(row["grade"])):
        told.append(" · " if told else "").append(_grade(row["grade"], lang)).append(f" {row['months']:,}")
    return told


def _spans(report: Report, out: Console, lang: str) -> None:
    """Quarters and years: how many cells have which grade on both sides; grades may be names of the set's own."""
    rollups = report.tables["rollups"]
    if not rollups.height:
        return
    shown = table(word("rollups", lang), (word("span", lang), *(word(side, lang) for side in _SIDES)))
    titles = _titles(report, lang)
    order = [*titles, *(grade for grade in _ORDER if grade not in titles)]
    for (span,), rows in rollups.partition_by("span", as_dict=True).items():
        sides = []
        for side in _SIDES:
            made = rows.filter(pl.col(f"{side}_set").is_not_null())
            counts = dict(made[f"{side}_grade"].fill_null(OPEN).value_counts(sort=True).iter_rows())
            grades = sorted(counts, key=lambda grade: order.index(grade) if grade in order else -1)
            sides.append(" · ".join(f"{titles.get(one) or word(one, lang)} {counts[one]:,}" for one in grades))
        shown.add_row(str(span), *sides)
    out.print(shown)


def _titles(report: Report, lang: str) -> dict[str, str]:
    """What the drafts of the question call grades of their own, best first."""
    lenses = (report.receipt.question.before, report.receipt.question.after)
    rollups = (rollup for lens in lenses if lens.draft for rollup in lens.draft.get("rollups", ()))
    grades = (grade for rollup in rollups for grade in rollup["grades"])
    return {grade["grade"]: grade["title"][lang] for grade in grades if grade.get("title")}


def _quotas(report: Report, out: Console, lang: str) -> None:
    quotas = report.tables.get("quotas")
    if quotas is None or not quotas.height:
        return
    names = ("side", "set", "year", "among", "grade", "counted", "allowed", "denominator", "over")
    heads = [word(one, lang) for one in names]
    shown = table(word("quotas", lang), heads, right=heads[5:])
    named = dict(report.tables["units"].select("unit", "unit_name").iter_rows()) | _titles(report, lang)
    for row in quotas.iter_rows(named=True):
        shown.add_row(*(named.get(row[name]) or word(str(row[name]), lang) for name in names))
    out.print(shown)


def _receipt(report: Report) -> str:
    receipt = report.receipt
    sets = {**receipt.criteria_before, **receipt.criteria_after}
    told = [f"run {receipt.run}", receipt.engine, f"{receipt.events:,} events up to {receipt.question.position:,}"]
    told += [f"{name} {hash_[:12]}" for name, hash_ in sets.items()]
    return " · ".join([*told, f"facts {receipt.facts_after[:12]}", f"months {receipt.tables['months'][:12]}"])
