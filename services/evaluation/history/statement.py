"""The statements that read facts: only the fields that are wanted, and only the joins that those fields need."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from services.contracts.meetings import MeetingKind
from services.evaluation.history.known import ABOVE, CELL_SPANS, CELL_STATES, TERRITORY
from services.evaluation.history.superseded import AT, BY

EXCUSES = ("longest_excused_run", "most_excused_in_year")
"""Facts that depend on the excuses of earlier meetings of the year: `history.excuses` counts them, no statement."""
REGULAR = [kind.value for kind in MeetingKind if kind.counts_as_regular]

_OF_CELL = {
    "cell_name": "c.name",
    "cell_kind": "c.kind",
    "hardship": "c.hardship",
    "has_committee": "c.committee_size > 0",
    "registry_event": "c.event",
}
_PLACED = {
    "unit": "{p}.parent",
    "unit_name": "a.name",
    "units": "CASE WHEN {p}.parent IS NOT NULL THEN coalesce(a.units, [{p}.parent]) END",
}
_OF_MEETING = {
    "period": "strftime(h.held_on, '%Y-%m')",
    "expected": "h.members - h.exempt - h.special_duty",
    "excused": "len(h.excused)::INTEGER",
    "unexcused": "len(h.unexcused)::INTEGER",
    "notice_at": "coalesce(h.sheet_notice_at, h.notice_at)",
}
_EXPRESSIONS = _OF_CELL | _PLACED | _OF_MEETING


@dataclass(frozen=True)
class Shape:
    """What a statement has conditions on, beside the facts that are wanted: what is not asked costs nothing.

    `scoped`: by a table `scope` of cells, each with its first and last day; otherwise `first` and `last` by parameters
    of these names, and cells from `cell_from` on and those before `cell_until`. `within`: what lies in the territory of
    `$unit`; `known_at`, `tree_at` and `upto`: the dials of these names. `kept`, of a scope: cells and units are read
    from the tables of `history.kept`, and what lies before a first day in the same year comes too.
    """

    scoped: bool = False
    kept: bool = False
    within: bool = False
    cell_from: bool = False
    cell_until: bool = False
    first: bool = False
    last: bool = False
    known_at: bool = False
    tree_at: bool = False
    upto: bool = False

    @property
    def placed(self) -> tuple[str, str]:
        """The state of the cell that says where it belonged, and of which day that is."""
        return ("p", "$tree_at::DATE") if self.tree_at else ("c", "h.held_on")

    def meetings(self, first: str = "{}") -> tuple[str, list[str]]:
        """The held meetings in force, as `h`, and the conditions for being known and between the days.

        `first` says what the first day (in braces) stands for.
        """
        gone = [condition for asked, condition in ((self.known_at, AT), (self.upto, BY)) if asked]
        where = [
            "h.status = 'held'",
            *(["h.recorded_at <= $known_at::TIMESTAMP"] if self.known_at else []),
            *(["h.position <= $upto::BIGINT"] if self.upto else []),
        ]
        if self.scoped:
            where += [f"h.held_on >= {first.format('s.first')}", "h.held_on <= s.last"]
        where += [f"h.held_on >= {first.format('$first::DATE')}"] if self.first else []
        where += ["h.held_on <= $last::DATE"] if self.last else []
        where += ["h.cell >= $cell_from"] if self.cell_from else []
        where += ["h.cell < $cell_until"] if self.cell_until else []
        known = f"WHERE {' AND '.join(gone)}" if gone else ""
        return f"meetings h ANTI JOIN (SELECT position FROM superseded {known}) gone USING (position)", where  # noqa: S608


@lru_cache(maxsize=128)
def statement(wanted: tuple[str, ...], shape: Shape) -> str:
    """The statement for these facts, which are no `EXCUSES`, in no order. Parameters: those of the shape.

    Where it is `kept`, `asked` says whether a meeting is from the first day on, and `names` who was excused from it.
    """
    place, day = shape.placed
    columns = [f"{_EXPRESSIONS.get(name, f'h.{name}').format(p=place)} AS {name}" for name in wanted]
    columns += ["h.held_on >= s.first AS asked", "h.excused AS names"] * shape.kept
    of_cell, placed = (any(name in group for name in wanted) for group in (_OF_CELL, _PLACED))
    above = any(name in ("unit_name", "units") for name in wanted)
    placed |= shape.within
    states = [("c", "h.held_on")] * of_cell + [shape.placed] * placed
    cells = "cells SEMI JOIN scope USING (cell)" if shape.scoped else "cells"
    worked_out = [] if shape.kept else [CELL_SPANS.format(cells=cells)] * bool(states) + [ABOVE] * above
    meetings, where = shape.meetings(_NEW_YEAR) if shape.kept else shape.meetings()
    return f"""
        {_with(*worked_out, *([TERRITORY] if shape.within else []))}
        SELECT {", ".join(columns)}
        FROM {meetings}
        {"JOIN scope s ON s.cell = h.cell" if shape.scoped else ""}
        {" ".join(_STATE.format(c=name, day=on) for name, on in dict(states).items())}
        {_ABOVE.format(p=place, day=day) if above else ""}
        WHERE {" AND ".join([*where, *([_IN_TERRITORY.format(p=place, day=day)] if shape.within else [])])}
    """  # noqa: S608 - constants of ours


@lru_cache(maxsize=64)
def excused_statement(shape: Shape) -> str:
    """The regular meetings of whole years up to the last day asked for (columns: `excuses.MEETINGS`).

    Parameters as above, but `within` takes every cell that was ever in the territory.
    """
    meetings, where = shape.meetings(_NEW_YEAR)
    return f"""
        {_with(*([TERRITORY, _INSIDE] if shape.within else []))}
        SELECT h.position, h.cell, h.held_on, h.excused
        FROM {meetings} {"SEMI JOIN inside USING (cell)" if shape.within else ""}
        {"JOIN scope s ON s.cell = h.cell" if shape.scoped else ""}
        WHERE {" AND ".join([*where, f"h.kind IN {tuple(REGULAR)}"])}
    """  # noqa: S608


def _with(*ctes: str) -> str:
    return f"WITH RECURSIVE {', '.join(ctes)}" if ctes else ""


_NEW_YEAR = "make_date(year({}), 1, 1)"
_STATE = "LEFT JOIN cell_spans {c} ON {c}.cell = h.cell AND {day} >= {c}.valid_from AND {day} < {c}.until"
_ABOVE = "LEFT JOIN above a ON a.unit = {p}.parent AND {day} >= a.since AND {day} < a.until"
_INSIDE = f"""inside AS (
    SELECT DISTINCT cell FROM ({CELL_STATES}) SEMI JOIN territory ON territory.unit = parent
)"""  # noqa: S608
_IN_TERRITORY = "EXISTS (FROM territory t WHERE t.unit = {p}.parent AND {day} >= t.since AND {day} < t.until)"
