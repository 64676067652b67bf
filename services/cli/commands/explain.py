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
    lang: Annotated[str, typer.Option(help="Language of the items' titles: en, vi or bn.")] = "en",
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
    head = Text.assemble((f"{found.cell_name} ", "bold"), f"({score.cell}) · {score.period} · held on {score.held_on}")
    out.print(head)
    out.print(Text(f"{found.criteria_number} · {_title(found.criteria_title, lang)}", style="dim"))
    shown = table(None, ("item", "", "points", "max", "rule", "fact", "note"), right=("points", "max"))
    for item in found.items:
        shown.add_row(
            item.item,
            _title(item.title, lang),
            _points(item),
            number(item.max),
            item.rule,
            _fact(item),
            item.note or "",
        )
    shown.add_section()
    total = number(score.points) if score.lower == score.upper else f"{number(score.lower)}–{number(score.upper)}"
    shown.add_row("", Text("Total", style="bold"), Text(total, style="bold"), "", grade(score.grade), "", "")
    out.print(shown)
    if found.visits:
        out.print(_side_by_side(found))
    for line in _official(found.official):
        out.print(line)
    if provenance:
        out.print(_provenance(found.items))
    else:
        for note in found.notes:
            out.print(Text(f"Note: {note}"))
        out.print(Text("Events behind it (--item CODE says which event says which fact):", style="dim"))
        for event in found.events:
            out.print(Text(f"  {event}", style="dim"))
    identity = (
        f"set {score.criteria} {score.criteria_hash[:16]} · engine {found.engine} · facts {found.facts_digest[:16]}"
    )
    out.print(Text(identity, style="dim"))


def _official(official: OfficialGrade | None) -> Iterator[Text]:
    """The official grade, and every decision that led to it."""
    if official is None:
        return
    yield Text.assemble(("Official grade: ", "bold"), grade(official.grade), f" {number(official.points)}")
    for one in official.decisions:
        by = f"{one.status} by {one.decided_by} on {one.decided_on}" + (f", {one.number}" if one.number else "")
        yield Text(f"  {by} · {one.event}", style="dim")


def _side_by_side(found: Explanation) -> Table:
    """The cell's own marks and those of each observer who came, item by item."""
    sides = [("the cell itself", found.own or Marks()), *((visit.observer, visit) for visit in found.visits)]
    names = [name for name, _ in sides]
    shown = table("Marks side by side", ("item", *names), right=names)
    for item in dict.fromkeys(item for _, side in sides for item in side.marks):
        own, *others = (side.marks.get(item) for _, side in sides)
        told = [Text(number(mark), style="" if own in (None, mark) else "yellow") for mark in others]
        shown.add_row(item, number(own), *told)
    shown.add_section()
    shown.add_row("total", *(Text(number(side.total), style="bold") for _, side in sides))
    shown.add_row("grade", *(grade(side.grade) for _, side in sides))
    return shown


def _provenance(items: Iterable[ItemScore]) -> Table:
    """Every fact of these items, its value, and the events that say it."""
    shown = table("Where its facts come from", ("item", "fact", "value", "events"))
    for item in items:
        for fact, value in item.facts.items():
            said = "\n".join(item.events.get(fact, ())) or "nobody said it"
            shown.add_row(item.item, fact, _value(value), said)
    return shown


def _title(titles: dict[str, str], lang: str) -> str:
    return titles.get(lang) or titles.get("en") or titles.get("vi") or next(iter(titles.values()), "")


def _points(item: ItemScore) -> Text:
    if item.status is ItemStatus.NOT_APPLICABLE:
        return Text("n/a", style="dim")
    if item.status is ItemStatus.NOT_DETERMINABLE:
        bounds = f"{number(item.lower)}–{number(item.upper)}" if item.lower is not None else "?"
        return Text(bounds, style="yellow")
    if item.points is None:
        return Text("met" if item.met else "not met", style="green" if item.met else "bold red")
    lost = item.max is not None and item.points < item.max
    return Text(number(item.points), style="yellow" if lost else "green")


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
