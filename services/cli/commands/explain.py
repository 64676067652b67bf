"""`nenep explain`: why a cell has its points for a month, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, TypeVar

import typer
from rich.table import Table
from rich.text import Text

from services.cli.commands.status import caught_up
from services.cli.dials import IN_FORCE, Criteria, DecidedOn, KnownAt, TreeAt, lens
from services.cli.failures import Exit, Failure
from services.cli.grading.words import word
from services.cli.language import Lang, Language, catalogue, day
from services.cli.output import AsFormat, Format, console, grade, number, print_json, table
from services.cli.place import DEFAULT_DATA, Data, bus_at, locate, question, run
from services.cli.values import cell_code
from services.cli.values import period as check_period
from services.contracts.evaluation import ItemScore, ItemStatus
from services.contracts.grades import OfficialGrade
from services.contracts.observers import Marks
from services.contracts.queries import Explain, Explanation

M = TypeVar("M", bound=Marks)


def command(
    cell: Annotated[str, typer.Option(help="The cell's code.", callback=cell_code)],
    period: Annotated[str, typer.Option(help="The month, YYYY-MM.", callback=check_period)],
    item: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only this item, with the events that say each of its facts.")
    ] = None,
    set_: Criteria = IN_FORCE,
    known_at: KnownAt = None,
    tree_at: TreeAt = None,
    decided_on: DecidedOn = None,
    lang: Lang = Language.EN,
    format_: AsFormat = Format.TABLE,
    data: Data = DEFAULT_DATA,
) -> None:
    """Every item's points with the rule, the fact it was applied to and the events that the fact comes from."""
    asked = Explain(cell=cell, period=period, lens=lens(set_, known_at, tree_at, decided_on))
    found = run(_ask(asked, data))
    if item is not None:
        found = _only(found, item)
    if format_ is Format.JSON:
        print_json(found.model_dump(mode="json"))
    else:
        _show(found, lang, provenance=item is not None)


def _only(found: Explanation, item: str) -> Explanation:
    items = tuple(line for line in found.items if line.item == item)
    if not items:
        known = ", ".join(line.item for line in found.items)
        raise Failure(f"{found.score.criteria} has no item {item}: it has {known}.")

    def narrowed(marks: M) -> M:
        return marks.model_copy(update={"marks": {code: mark for code, mark in marks.marks.items() if code == item}})

    own = narrowed(found.own) if found.own else None
    return found.model_copy(update={"items": items, "own": own, "visits": tuple(map(narrowed, found.visits))})


async def _ask(asked: Explain, data: Data) -> Explanation:
    async with bus_at(locate(data)) as bus:
        try:
            answer = await question(bus, "evaluation", "explain", asked)
        except Failure as failure:
            if failure.code is not Exit.USAGE:
                raise
            await caught_up(bus)  # whoever has just published asks a moment too early
            answer = await question(bus, "evaluation", "explain", asked)
        return answer.model(Explanation)


def _show(found: Explanation, lang: str, *, provenance: bool) -> None:
    score, out = found.score, console()
    held = word("held_on", lang, day=day(score.held_on, lang))
    head = Text.assemble((f"{found.cell_name} ", "bold"), f"({score.cell}) · {score.period} · {held}")
    out.print(head)
    out.print(Text(f"{found.criteria_number} · {_title(found.criteria_title, lang)}", style="dim"))
    names = {name: word(name, lang) for name in ("item", "points", "max", "rule", "fact", "note")}
    columns = (names.pop("item"), "", *names.values())
    shown = table(None, columns, right=(names["points"], names["max"]))
    for item in found.items:
        shown.add_row(
            item.item, _title(item.title, lang), _points(item, lang), number(item.max, lang), *_said(item, lang)
        )
    shown.add_section()
    bounds = f"{number(score.lower, lang)}–{number(score.upper, lang)}"
    total = number(score.points, lang) if score.lower == score.upper else bounds
    said = Text(word("total", lang), style="bold")
    shown.add_row("", said, Text(total, style="bold"), "", grade(score.grade, lang), "", "")
    out.print(shown)
    if found.visits:
        out.print(_side_by_side(found, lang))
    for line in _official(found.official, lang):
        out.print(line)
    if provenance:
        out.print(_provenance(found.items, lang))
    else:
        for note in found.notes:
            out.print(Text(f"{word('note', lang).capitalize()}: {note}"))
        out.print(Text(word("behind", lang), style="dim"))
        for event in found.events:
            out.print(Text(f"  {event}", style="dim"))
    identity = (
        f"set {score.criteria} {score.criteria_hash[:16]} · engine {found.engine} · facts {found.facts_digest[:16]}"
    )
    out.print(Text(identity, style="dim"))


def _official(official: OfficialGrade | None, lang: str) -> Iterator[Text]:
    """The official grade, and every decision that led to it."""
    if official is None:
        return
    said = word("official_grade", lang) + " "
    yield Text.assemble((said, "bold"), grade(official.grade, lang), f" {number(official.points, lang)}")
    for one in official.decisions:
        by = word("decided_by", lang, status=word(one.status, lang), unit=one.decided_by, day=day(one.decided_on, lang))
        by += f", {one.number}" if one.number else ""
        yield Text(f"  {by} · {one.event}", style="dim")


def _side_by_side(found: Explanation, lang: str) -> Table:
    """The cell's own marks and those of each observer who came, item by item."""
    sides = [(word("itself", lang), found.own or Marks()), *((visit.observer, visit) for visit in found.visits)]
    names = [name for name, _ in sides]
    shown = table(word("side_by_side", lang), (word("item", lang), *names), right=names)
    for item in dict.fromkeys(item for _, side in sides for item in side.marks):
        own, *others = (side.marks.get(item) for _, side in sides)
        told = [Text(number(mark, lang), style="" if own in (None, mark) else "yellow") for mark in others]
        shown.add_row(item, number(own, lang), *told)
    shown.add_section()
    shown.add_row(word("total", lang), *(Text(number(side.total, lang), style="bold") for _, side in sides))
    shown.add_row(word("grade", lang), *(grade(side.grade, lang) for _, side in sides))
    return shown


def _provenance(items: Iterable[ItemScore], lang: str) -> Table:
    """Every fact of these items, its value, and the events that say it."""
    shown = table(word("provenance", lang), [word(name, lang) for name in ("item", "fact", "value", "events")])
    for item in items:
        for fact, value in item.facts.items():
            said = "\n".join(item.events.get(fact, ())) or word("nobody", lang)
            shown.add_row(item.item, *_fact_in_words(fact, value, lang), said)
    return shown


def _title(titles: dict[str, str], lang: str) -> str:
    return titles.get(lang) or titles.get("en") or titles.get("vi") or next(iter(titles.values()), "")


def _said(item: ItemScore, lang: str) -> tuple[str, str, str]:
    """Rule, fact and note: in English as evaluation words them, else as the dashboard does (decision 15)."""
    if lang == Language.EN:
        return item.rule, _fact(item), item.note or ""
    from dashboard.views.explain import line_view

    line = line_view(item, catalogue(lang))
    facts = ", ".join(f"{name}: {value}" for name, value, _ in line["facts"])
    return line["rule"], " · ".join(filter(None, (line["measure"], facts))), line["note"] or ""


def _fact_in_words(name: str, value: Any, lang: str) -> tuple[str, str]:
    if lang == Language.EN:
        return name, _value(value)
    from dashboard.views.explain import fact_name, fact_text

    return fact_name(name, catalogue(lang)), fact_text(value, catalogue(lang))


def _points(item: ItemScore, lang: str) -> Text:
    if item.status is ItemStatus.NOT_APPLICABLE:
        return Text(word("not_applicable", lang), style="dim")
    if item.status is ItemStatus.NOT_DETERMINABLE:
        bounds = f"{number(item.lower, lang)}–{number(item.upper, lang)}" if item.lower is not None else "?"
        return Text(bounds, style="yellow")
    if item.points is None:
        return Text(word("met" if item.met else "not_met", lang), style="green" if item.met else "bold red")
    lost = item.max is not None and item.points < item.max
    return Text(number(item.points, lang), style="yellow" if lost else "green")


def _fact(item: ItemScore) -> str:
    facts = ", ".join(f"{name} {_value(value)}" for name, value in item.facts.items())
    if item.measure is None:
        return facts
    return f"{item.measure} = {_value(item.value)}" + (f" ({facts})" if facts else "")


def _value(value: Any) -> str:
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, float) else str(value)
