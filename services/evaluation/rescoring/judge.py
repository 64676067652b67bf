"""What judges the months seen through a lens: one set for all of them, or the set in force for each."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import orjson
import polars as pl

from services.contracts.bus import MAX_REPORT_BYTES
from services.contracts.meetings import MeetingKind
from services.contracts.receipts import Problem, Refused
from services.contracts.rescoring import Lens
from services.evaluation.criteria.check import check
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.source import Source
from services.evaluation.scoring.in_force import in_force
from services.evaluation.scoring.score import (
    Parts,
    Scored,
    in_any_order,
    needed,
    needed_in_force,
    programs,
    programs_in_force,
    score,
    score_all,
)


@dataclass(frozen=True)
class Judge:
    """The criteria of a lens. `one` judges everything; without it the sets in force do (`decided_on`: see `Lens`).

    `sets` are those known. `forms` also has the withdrawn ones, which still define the forms that marks were given on
    (None: the sets are all the forms there are).
    """

    sets: Mapping[str, CriteriaSet]
    one: CriteriaSet | None = None
    decided_on: date | None = None
    forms: Mapping[str, CriteriaSet] | None = None

    def scored(self, facts: pl.DataFrame) -> Scored:
        """The scores of these meetings (`scoring.facts.FACTS`); meetings that nothing judges are left out."""
        if self.one is not None:
            return score(facts, self.one, self.definitions)
        return score_all(facts, self.sets, self.decided_on, self.definitions)

    def in_any_order(self, facts: pl.DataFrame) -> pl.DataFrame:
        """The same scores in no order, which is quicker for many."""
        if self.one is not None:
            return in_any_order(facts, self.one, self.definitions)
        return self.scored(facts).scores

    def parts(self, facts: pl.DataFrame) -> Parts:
        """The same meetings in parts, each with the program that scores it."""
        if self.one is not None:
            return programs(facts, self.one, self.definitions)
        return programs_in_force(facts, self.sets, self.decided_on, self.definitions)

    def for_regular(self, months: pl.DataFrame) -> pl.DataFrame:
        """Months (`history.living`) with `criteria`: the id of the set that judges a regular meeting on the day due."""
        if self.one is not None:
            return months.with_columns(pl.lit(self.one.id).alias("criteria"))
        due = months.with_columns(pl.lit(MeetingKind.REGULAR.value).alias("kind"), pl.col("due").alias("held_on"))
        return in_force(self.sets, due, self.decided_on)

    @property
    def definitions(self) -> Mapping[str, CriteriaSet]:
        """The forms that marks may have been given on, by id."""
        return self.sets if self.forms is None else self.forms

    @property
    def needed(self) -> tuple[str, ...]:
        """The facts that judging reads."""
        if self.one is not None:
            return needed(self.one, self.definitions)
        return needed_in_force(self.sets, self.definitions)

    def form_hashes(self, named: Iterable[str]) -> dict[str, str]:
        """Content hashes of these forms, by id; forms that are not known here are left out."""
        return {id_: self.definitions[id_].hash for id_ in sorted(named) if id_ in self.definitions}

    @property
    def key(self) -> Hashable:
        """What identifies how it judges."""
        one = self.one.hash if self.one is not None else None
        forms = tuple(criteria.hash for criteria in self.definitions.values())
        return one, None if one else tuple(criteria.hash for criteria in self.sets.values()), forms, self.decided_on

    @property
    def hashes(self) -> dict[str, str]:
        """Content hashes of what may judge, by id."""
        judging = [self.one] if self.one is not None else self.sets.values()
        return {criteria.id: criteria.hash for criteria in sorted(judging, key=lambda criteria: criteria.id)}


def judge(
    lens: Lens, sets: Mapping[str, CriteriaSet], path: str = "lens", forms: Mapping[str, CriteriaSet] | None = None
) -> Judge:
    """What judges through this lens. Refuses an unknown set, and a draft with all that is wrong with it
    (one that is larger than any report may be, at once: runs are recorded with their drafts).

    A set that was withdrawn (it is among `forms` only) is never in force, but may be asked for like a draft.
    """
    if lens.set is not None:
        known = {**(forms or {}), **sets}
        if lens.set not in known:
            near = get_close_matches(lens.set, list(known), n=1)
            expected = f"one of {', '.join(sorted(known))}" + (f"; perhaps {near[0]}" if near else "")
            raise Refused(Problem(path=f"{path}.set", problem=f"no set {lens.set} is known", expected=expected))
        return Judge(sets, known[lens.set], forms=forms)
    if lens.draft is not None:
        if (size := len(orjson.dumps(lens.draft))) > MAX_REPORT_BYTES:
            most = f"at most {MAX_REPORT_BYTES:,}, as a set that is published"
            raise Refused(Problem(path=f"{path}.draft", problem=f"takes {size:,} bytes", expected=most))
        findings = check(Source(data=lens.draft))
        if findings:
            raise Refused(*(Problem(path=f"{path}.draft: {found.where}", problem=found.problem) for found in findings))
        return Judge(sets, CriteriaSet.model_validate(lens.draft), forms=forms)
    return Judge(sets, decided_on=lens.decided_on, forms=forms)
