"""What is said about an item's outcome besides its points."""

from __future__ import annotations

from enum import StrEnum


class Note(StrEnum):
    """Why an item is what it is: short names in frames, sentences (`NOTES`) where people read."""

    APPLIES_NOT_FULL = "applies_not_full"
    APPLIES_NOT_DROP = "applies_not_drop"
    APPLIES_NOT_RESCALE = "applies_not_rescale"
    APPLIES_UNKNOWN = "applies_unknown"
    FACT_MISSING = "fact_missing"
    NO_MARKS = "no_marks"
    FORM_UNKNOWN = "form_unknown"
    NOT_ON_FORM = "not_on_form"
    IDLE_ON_FORM = "idle_on_form"
    ASPECT_FULL = "aspect_full"
    MARK_MISSING = "mark_missing"
    MARK_ABOVE_MAX = "mark_above_max"
    MARK_BETWEEN = "mark_between"
    MARK_CONTRADICTS = "mark_contradicts"
    MARK_INSTEAD = "mark_instead"
    MAY_BE_WAIVED = "may_be_waived"


NOTES: dict[Note, str] = {
    Note.APPLIES_NOT_FULL: "does not apply to this meeting; counts in full",
    Note.APPLIES_NOT_DROP: "does not apply to this meeting; gives nothing, and the total stays as printed",
    Note.APPLIES_NOT_RESCALE: "does not apply to this meeting; the other items are scaled up to the total",
    Note.APPLIES_UNKNOWN: "whether it applies is not known: a fact it depends on is not recorded",
    Note.FACT_MISSING: "a fact it needs is not recorded",
    Note.NO_MARKS: "judged by people, and no marks are recorded for this meeting",
    Note.FORM_UNKNOWN: "marks are recorded on a form whose definition is not known here",
    Note.NOT_ON_FORM: "the form used does not mark exactly what this item judges, with the same maximum",
    Note.IDLE_ON_FORM: "the form used does not mark it here, and this set does not say what it is then worth",
    Note.ASPECT_FULL: "a part of it does not apply to this meeting and counts in full",
    Note.MARK_MISSING: "a mark it needs is not recorded",
    Note.MARK_ABOVE_MAX: "a recorded mark is above the maximum of its item on its form, so it cannot be used",
    Note.MARK_BETWEEN: "neither full marks nor none: whether that met the condition is not recorded",
    Note.MARK_CONTRADICTS: "the facts do not earn full marks, but full marks are recorded: the mark cannot be used",
    Note.MARK_INSTEAD: "the facts do not earn full marks; the recorded mark is carried",
    Note.MAY_BE_WAIVED: "not met, but for this cell another rule may hold that is not recorded",
}
