"""Sentences of the ticker about a year's work: orientations, plans, model meetings."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.words.numbers import day, number
from dashboard.words.texts import Texts, noted
from services.contracts.thematic import ModelCellsRecorded, ModelMeetingRecorded, OrientationsRecorded, PlanRecorded

YearsWork = OrientationsRecorded | PlanRecorded | ModelCellsRecorded | ModelMeetingRecorded
SENTENCES = {
    "OrientationsPublished": noted("{unit} published thematic orientations for {year}"),
    "PlanSubmitted": noted("{cell}: thematic plan of {year} submitted"),
    "PlanApproved": noted("{cell}: thematic plan of {year} approved by {unit}"),
    "PlanReturned": noted("{cell}: thematic plan of {year} returned by {unit}"),
    "ModelCellsChosen": noted("{unit} chose {count} cells for model meetings in {year}"),
    "ModelMeetingHeld": noted("{cell}: model meeting of {date} held, with {count} guests"),
    "ModelMeetingWithdrawn": noted("{cell}: model meeting of {date} withdrawn, it had been reported by mistake"),
}


def year_sentence(kind: str, data: YearsWork, names: Mapping[str, str], words: Texts) -> str:
    """What was laid down or held."""
    if isinstance(data, ModelMeetingRecorded):
        return words.say(
            SENTENCES[kind],
            cell=names.get(data.cell, data.cell),
            date=day(data.on, words.language),
            count=number(sum(data.attended.values()), words.language),
        )
    year = str(data.year)
    if isinstance(data, PlanRecorded):
        unit = data.decided_by or ""
        return words.say(SENTENCES[kind], cell=names.get(data.cell, data.cell), unit=names.get(unit, unit), year=year)
    count = number(len(data.cells), words.language) if isinstance(data, ModelCellsRecorded) else ""
    return words.say(SENTENCES[kind], unit=names.get(data.unit, data.unit), year=year, count=count)
