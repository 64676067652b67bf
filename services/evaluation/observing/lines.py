"""The four assignment lines as rules: for whom each is, and what of an assignment does not keep to it.

As the source case has them (Lai Châu city, 2025): standing-committee members and heads of the people's council and
committee observe grassroots cells whose secretary is not on the upper committee; members of the city committee and
staff of party bodies observe village and residential cells; sponsors the hardest villages, every month; grassroots,
commune and ward committees send their members to the cells under them. A vacant secretary is on no committee.

Frames have the columns of `history.observers.facts_on`; those of assignments also line, standing, by_unit and by_kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from services.contracts.coverage import Reason
from services.contracts.observers import Line, Standing
from services.contracts.registry import CellKind, UnitKind

STANDINGS: Mapping[Line, tuple[Standing, ...]] = {
    Line.GRASSROOTS: (Standing.STANDING_COMMITTEE, Standing.COUNCIL_OR_PEOPLES_COMMITTEE_HEAD),
    Line.VILLAGES: (Standing.CITY_COMMITTEE, Standing.PARTY_BODY_STAFF),
    Line.HARDEST: (Standing.SPONSOR,),
    Line.SUBORDINATE: (Standing.LOCAL_COMMITTEE,),
}
"""Whom each line sends."""

LOCAL = (UnitKind.COMMUNE, UnitKind.WARD, UnitKind.GRASSROOTS)
"""Whose members go to the cells under them. Before the reform the communes' and wards' committees were grassroots."""
_IS_GRASSROOTS = pl.col("unit_kind").is_in([UnitKind.CITY.value, UnitKind.COMMUNE.value, UnitKind.WARD.value])
_IS_SUBORDINATE = pl.col("unit_kind") == UnitKind.GRASSROOTS.value
_IS_VILLAGE = pl.col("cell_kind").is_in([CellKind.VILLAGE.value, CellKind.RESIDENTIAL.value])
FOR_LINE: Mapping[Line, pl.Expr] = {
    Line.GRASSROOTS: (_IS_GRASSROOTS & ~pl.col("on_upper_committee")).fill_null(False),
    Line.VILLAGES: _IS_VILLAGE.fill_null(False),
    Line.HARDEST: pl.col("hardship").fill_null(False),
    Line.SUBORDINATE: _IS_SUBORDINATE.fill_null(False),
}
"""Which cells each line is for."""


def _line(line: Line) -> pl.Expr:
    return pl.col("line") == line.value


def _sends(line: Line) -> pl.Expr:
    return pl.col("standing").is_in([standing.value for standing in STANDINGS[line]])


class Break(NamedTuple):
    """Something an assignment can break: when, by which fact of the registry (None: by its own), in words."""

    when: pl.Expr
    fact: str | None
    words: tuple[str, str, str]


_LIVES = pl.col("lives")
_ABOVE = pl.col("units").list.contains(pl.col("by_unit")).fill_null(False)


def _but(line: Line, kept: pl.Expr) -> pl.Expr:
    return _LIVES & _line(line) & ~kept.fill_null(False)


BREAKS: Mapping[str, Break] = {
    "cell_gone": Break(
        ~_LIVES,
        "lives",
        ("chi bộ không còn (hoặc chưa có)", "the cell does not exist any more, or not yet", "শাখাটি আর নেই বা এখনও নেই"),
    ),
    "standing": Break(
        pl.any_horizontal(*(_line(line) & ~_sends(line) for line in Line)),
        None,
        (
            "tuyến này không phân công người có vị trí như vậy",
            "the line does not send anybody of this standing",
            "এই ধারায় এমন পদমর্যাদার কাউকে পাঠানো হয় না",
        ),
    ),
    "not_grassroots": Break(
        _but(Line.GRASSROOTS, _IS_GRASSROOTS),
        "unit",
        ("không phải chi bộ cơ sở", "not a grassroots cell", "তৃণমূল শাখা নয়"),
    ),
    "secretary_on_committee": Break(
        _but(Line.GRASSROOTS, ~pl.col("on_upper_committee")),
        "on_upper_committee",
        (
            "bí thư chi bộ là cấp ủy viên cấp trên",
            "the secretary is a member of the upper committee",
            "সম্পাদক ঊর্ধ্বতন কমিটির সদস্য",
        ),
    ),
    "not_village": Break(
        _but(Line.VILLAGES, _IS_VILLAGE),
        "cell_kind",
        (
            "không phải chi bộ thôn, bản, tổ dân phố",
            "neither a village nor a residential-group cell",
            "গ্রাম বা মহল্লা শাখা নয়",
        ),
    ),
    "not_hardest": Break(
        _but(Line.HARDEST, pl.col("hardship")),
        "hardship",
        ("không phải bản khó khăn nhất", "not one of the hardest villages", "সবচেয়ে কঠিন গ্রামগুলির একটি নয়"),
    ),
    "not_subordinate": Break(
        _but(Line.SUBORDINATE, _IS_SUBORDINATE),
        "unit",
        ("không phải chi bộ trực thuộc", "not a cell under a grassroots committee", "তৃণমূল কমিটির অধীন শাখা নয়"),
    ),
    "not_local": Break(
        _but(Line.SUBORDINATE, pl.col("by_kind").is_in([kind.value for kind in LOCAL])),
        None,
        (
            "không do cấp ủy xã, phường hoặc cơ sở cử",
            "not sent by a commune's, ward's or other grassroots committee",
            "কমিউন, ওয়ার্ড বা অন্য তৃণমূল কমিটির পাঠানো নয়",
        ),
    ),
    "not_above": Break(
        _LIVES & ~_line(Line.HARDEST) & ~_ABOVE,
        "unit",
        (
            "cấp ủy cử người dự không phải cấp trên của chi bộ",
            "the committee that sends the observer is not above the cell",
            "যে কমিটি পাঠিয়েছে সেটি শাখার ঊর্ধ্বতন নয়",
        ),
    ),
}
"""All that can be broken, by code."""
NO_LINE = "no_line", ("không có tuyến nào cho chi bộ này", "no line is for this cell", "এই শাখার জন্য কোনো ধারা নেই")
NOBODY = (
    "nobody",
    ("chưa biết ai mà tuyến cho phép", "nobody is known whom its lines allow", "ধারাগুলি অনুমোদন করে এমন কেউ জানা নেই"),
)
"""Why nobody is proposed for a cell: a code and words."""


def lines_for(facts: pl.DataFrame) -> pl.Series:
    """For each cell the lines that are for it, as codes."""
    named = [pl.when(expr).then(pl.lit(line.value)) for line, expr in FOR_LINE.items()]
    return facts.select(pl.concat_list(named).list.drop_nulls().alias("lines"))["lines"]


def broken(assigned: pl.DataFrame) -> pl.Series:
    """For each assignment on a day the codes of what it breaks."""
    named = [pl.when(rule.when).then(pl.lit(code)) for code, rule in BREAKS.items()]
    return assigned.select(pl.concat_list(named).list.drop_nulls().alias("codes"))["codes"]


def reason(code: str, words: Sequence[str]) -> Reason:
    """A reason in three languages (vi, en, bn)."""
    return Reason(code=code, words=dict(zip(("vi", "en", "bn"), words, strict=True)))


def reasons(codes: Sequence[str]) -> tuple[Reason, ...]:
    """What is broken, in words."""
    return tuple(reason(code, BREAKS[code].words) for code in codes)


def origin(states: Sequence[Mapping[str, Any]], day: Any, fact: str) -> str | None:
    """The event that made a fact what it is on a day: of the cell's states, oldest first, that since which it holds."""
    event = value = None
    for state in states:
        if state["valid_from"] > day:
            break
        if event is None or state[fact] != value:
            event, value = state["event"], state[fact]
    return event
