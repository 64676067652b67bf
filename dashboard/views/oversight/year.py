"""The year's end as the page shows it: how far each subject has come, what is missing next, and the quotas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashboard.views.oversight.address import Asked
from dashboard.views.oversight.listing import figure, fitting, listing
from dashboard.views.rules import signs
from dashboard.words.numbers import day, number
from dashboard.words.terms import CELL_KINDS, GRADES, LEVELS, STEPS_NEXT, YEAR_GRADES, YEAR_STAGES, term
from dashboard.words.texts import Texts, noted

Row = Mapping[str, Any]
"""A row of `rpc.evaluation.year` (`contracts.classification.YearOf`)."""
CSS = {"excellent": "good", "good": "fair", "completed": "average", "not_completed": "poor"}
PROGRESS = ("decided", "appraised", "proposed", "none")
TONES = {"decided": "good", "appraised": "fair", "proposed": "average", "none": "none"}


def stage(row: Row) -> str:
    """How far a subject has come: decided, appraised, proposed or none of it."""
    return next((name for name in PROGRESS[:3] if row[name]), "none")


def apart(row: Row) -> bool:
    """Whether the points of what was said last earn another grade than was said."""
    said = row["decided"] or row["appraised"] or row["proposed"]
    return bool(said) and said["earned"] is not None and said["earned"] != said["grade"]


FILTERS: Mapping[str, tuple[str, Callable[[Row], bool]]] = {
    "propose": (noted("To be proposed"), lambda row: row["next"] == "propose"),
    "appraise": (noted("To be appraised"), lambda row: row["next"] == "appraise"),
    "decide": (noted("To be decided"), lambda row: row["next"] == "decide"),
    "waiting": (noted("Waiting for what is below"), lambda row: bool(row["waiting"])),
    "apart": (noted("Grade and points do not agree"), apart),
    "changed": (
        noted("Cancelled or re-classified"),
        lambda row: row["status"] in ("cancelled", "reclassified"),
    ),
}


def _chosen(name: str, words: Texts) -> tuple[str, Callable[[Row], bool]]:
    """What a list is called, and what is in it: a filter's, a part of a bar's (`cell_decided`), or everything."""
    if name in FILTERS:
        return words.say(FILTERS[name][0]), FILTERS[name][1]
    level, _, step = name.partition("_")
    if level in LEVELS and step in PROGRESS:
        title = f"{term(LEVELS, level, words)}: {term(YEAR_STAGES, step, words)}"
        return title, lambda row: row["level"] == level and stage(row) == step
    return words.say("Cells and organisations"), lambda row: True


def year_view(
    rows: Sequence[Row], quotas: Sequence[Row], rules: Mapping[str, Row], asked: Asked, words: Texts
) -> dict[str, Any]:
    """Everything of the answer; `quotas` and `rules` from its metadata."""
    title, fits = _chosen(asked.list, words)
    chosen = [row for row in rows if fits(row)]
    lines = [_line(row, asked, words) for row in sorted(chosen, key=_urgency)]
    names = {(row["level"], row["subject"]): row["name"] for row in rows}
    return {
        "progress": [_progress(rows, level, asked, words) for level in LEVELS],
        "legend": [{"css": TONES[one], "word": term(YEAR_STAGES, one, words)} for one in PROGRESS],
        "figures": [_figure(rows, one, asked, words) for one in FILTERS],
        "quotas": [_quota(one, names, asked, words) for one in quotas],
        "rules": [_rule(one, words) for one in rules.values()],
        "list": {
            "title": title,
            **listing(fitting(lines, asked.q), asked, words),
            "none": words.say("Nothing is in this list."),
        },
    }


def _urgency(row: Row) -> tuple[bool, bool, bool, str]:
    """What can be done next comes first, what is decided last; organisations before cells."""
    return row["next"] is None, bool(row["waiting"]), row["level"] == "cell", str(row["subject"])


def _progress(rows: Sequence[Row], level: str, asked: Asked, words: Texts) -> dict[str, Any]:
    own = Counter(stage(row) for row in rows if row["level"] == level)
    whole = sum(own.values()) or 1
    return {
        "word": term(LEVELS, level, words),
        "parts": [
            {
                "css": TONES[name],
                "href": asked.href(list=f"{level}_{name}"),
                "width": round(100 * own[name] / whole, 2),
                "label": f"{term(YEAR_STAGES, name, words)}: {number(own[name], words.language)}",
                "count": number(own[name], words.language),
            }
            for name in PROGRESS
            if own[name]
        ],
    }


def _figure(rows: Sequence[Row], name: str, asked: Asked, words: Texts) -> dict[str, Any]:
    word, fits = FILTERS[name]
    return figure(name, words.say(word), sum(map(fits, rows)), asked, words, bad=name in ("apart", "changed"))


def _rule(rule: Row, words: Texts) -> dict[str, Any]:
    """What a year is classified by: points, grades, what the meetings are worth; how what it leaves open was closed."""
    lang = words.language
    said = [
        words.say(
            "{number}: {common} points for the common criteria, {results} for the results of the tasks",
            number=rule["number"],
            common=number(rule["common"], lang),
            results=number(rule["results"], lang),
        )
    ]
    for grade in rule["grades"]:
        code, _, stretch = grade.partition(" ")
        said.append(f"{term(YEAR_GRADES, code, words)} {signs(stretch, words)}")
    if rule["meetings"]:
        said.append(
            words.say(
                "the meetings are worth {points} of these {of}: a local weight, stated beside what is decided",
                points=number(rule["meetings"]["points"], lang),
                of=number(rule[rule["meetings"]["of"]], lang),
            )
        )
    if not any(rule["deadlines"].values()):
        said.append(words.say("no deadlines are stated"))
    return {"text": "; ".join(said), "notes": [*rule["quota_notes"], *rule["notes"]]}


def _quota(one: Row, names: Mapping[tuple[str, str], str], asked: Asked, words: Texts) -> dict[str, Any]:
    """A gauge: how many have the grade, of how many that may, and who has it by which decision."""
    lang, allowed, level = words.language, one["allowed"], one["level"]
    among = term(CELL_KINDS, one["among"], words) if one["among"] in CELL_KINDS else one["among_name"] or one["among"]
    return {
        "over": bool(one["over"]),
        "grade": term(YEAR_GRADES, one["grade"], words),
        "level": term(LEVELS, one["level"], words),
        "among": among,
        "width": round(min(100.0, 100 * one["counted"] / allowed), 2) if allowed else (100 if one["counted"] else 0),
        "text": words.say(
            "{n} of {allowed} ({percent}% of {denominator})",
            n=number(one["counted"], lang),
            allowed=number(allowed, lang),
            percent=number(one["percent"], lang, 1),
            denominator=number(one["denominator"], lang),
        ),
        "having": [
            {
                "name": names.get((level, code)) or code,
                "href": asked.cell(code) if level == "cell" else asked.href(unit=code, list=""),
                "event": event,
            }
            for code, event in zip(one["having"], one["events"], strict=True)
        ],
        "unknown": words.say("{n} not decided yet", n=number(one["undetermined"], lang)) if one["undetermined"] else "",
    }


def _line(row: Row, asked: Asked, words: Texts) -> dict[str, Any]:
    lang = words.language
    kind = term(CELL_KINDS, row["kind"], words) if row["level"] == "cell" else term(LEVELS, "unit", words)
    step = term(STEPS_NEXT, row["next"], words) if row["next"] else ""
    waits = (
        words.say(
            "after {n} below: {names}",
            n=number(row["waiting"], lang),
            names=", ".join(map(asked.unit_name, (row["waits_for"] or ())[:3])),
        )
        if row["waiting"]
        else ""
    )
    return {
        "key": f"{row['level']} {row['subject']}",
        "cell": row["name"] or row["subject"],
        "code": row["subject"],
        "unit": " · ".join(part for part in (kind, row["unit_name"] or row["unit"] or "") if part),
        "href": asked.cell(row["subject"]) if row["level"] == "cell" else asked.href(unit=row["subject"], list=""),
        "stages": [_stage(row[name], name, asked, words) for name in ("proposed", "appraised", "decided") if row[name]],
        "cancelled": row["status"] == "cancelled",
        "months": _months(row, words),
        "next": " · ".join(part for part in (step, asked.unit_name(row["next_by"]) if step else "", waits) if part),
        "deadline": words.say("due {day}", day=day(row["deadline"], lang)) if row["deadline"] else "",
        "events": [one["event"] for one in row["events"] or ()],
        "values": [step],
    }


def _stage(said: Row, name: str, asked: Asked, words: Texts) -> dict[str, Any]:
    lang = words.language
    points = f"{number(said['common'], lang, 2)} + {number(said['results'], lang, 2)}"
    return {
        "css": CSS.get(said["grade"], "none"),
        "text": f"{term(YEAR_STAGES, name, words)}: {term(YEAR_GRADES, said['grade'], words)}",
        "points": f"{points} = {number(said['common'] + said['results'], lang, 2)}",
        "more": " · ".join(
            part
            for part in (
                day(said["on"], lang),
                asked.unit_name(said["by"]),
                words.say("decision {number}", number=said["number"]) if said["number"] else "",
                words.say("veto: {code}", code=said["veto"]) if said["veto"] else "",
                words.say("its points earn: {grade}", grade=term(YEAR_GRADES, said["earned"], words))
                if said["earned"] not in (None, said["grade"])
                else "",
            )
            if part
        ),
    }


def _months(row: Row, words: Texts) -> str:
    """What the meetings of the year are worth: the roll-up, and the points of its component."""
    lang = words.language
    points = row["component_points"]
    if points is None and row["component_lower"] is not None:
        worth = f"{number(row['component_lower'], lang, 2)}–{number(row['component_upper'], lang, 2)}"
    else:
        worth = number(points, lang, 2) if points is not None else ""
    if not worth and not row["rolled_grade"]:
        return "–"
    of = words.say("{n} of {all} points", n=worth or "–", all=number(row["component_of"], lang, 2)) if worth else ""
    rolled = row["rolled_grade"]
    return " · ".join(part for part in (term(GRADES, rolled, words) if rolled else "", of) if part)
