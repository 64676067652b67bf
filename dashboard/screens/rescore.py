"""The re-scoring page: choose the four dials, compare at once or run with a receipt, try a draft, open what moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard.components.sheet import computing, render, sheet
from dashboard.going import act, acted, address, go, settle
from dashboard.house import House
from dashboard.live.wakes import RESCORE
from dashboard.screens.asking import AGAIN_S, Trouble, ask
from dashboard.screens.downloads import downloads
from dashboard.screens.header import header
from dashboard.screens.listed import Listed, moved_units, of_comparison, of_run
from dashboard.screens.opened import opened
from dashboard.screens.pulse import pulse
from dashboard.screens.recorded import document, extras, result, run_view, standing
from dashboard.screens.units import units_of
from dashboard.screens.written import as_text, begin_anew, write, written
from dashboard.views.explain import in_words
from dashboard.views.rescoring.address import Asked, Side, asked
from dashboard.views.rescoring.comparison import comparison_view
from dashboard.views.rescoring.draft import changed, draft
from dashboard.views.rescoring.editor import editor_view
from dashboard.views.rescoring.form import examples, form_view
from dashboard.views.rescoring.moves import moves_view
from dashboard.views.rescoring.runs import question_words, runs_view, under_way_view
from dashboard.views.rescoring.text import text_view
from dashboard.views.rescoring.units import units_view
from dashboard.words.numbers import number
from dashboard.words.texts import Texts
from services.contracts.criteria import CriteriaKnown, CriteriaKnownSets, CriteriaOf
from services.contracts.queries import Nothing
from services.contracts.rescoring import Comparison, RescoreOf, RunProgress, RunReceipt, Runs, RunState

PATIENCE_S = 30.0
POLL_S = 0.7
PARTS = (
    "form", "trouble", "hint", "examples", "runs", "run", "editor", "written", "found", "units", "moves", "month",
    "extras", "cell",
)  # fmt: skip
"""What a page may consist of, in the template's names."""


def rescore_page(house: House, year: int, words: Texts) -> None:
    """Draws what the address asks."""
    shown = house.hub.picture.years.get(year)
    header(words, year, shown.glance.years if shown and shown.glance else ())
    here = asked(address(), words.language, year)
    pulse(house, year, words, wakes=RESCORE.get("run" if here.run else here.view, ()))
    place = st.empty()
    desk = Desk(house, words, here, act())
    with place, computing(words, "rescore"):
        desk.lay()
    acted()
    sheet(render("rescore.html", words, **desk.parts), words, "rescore", desk.again_s, write)
    downloads(desk.here, desk.listed, desk.receipt, desk.draft_text, words)


@dataclass
class Desk:
    """What lies on the page: `parts` are the template's values, the rest is what the downloads give."""

    house: House
    words: Texts
    here: Asked
    act: str | None
    parts: dict[str, Any] = field(default_factory=dict)
    listed: Listed | None = None
    receipt: RunReceipt | None = None
    document: dict[str, Any] | None = None
    written: str = ""
    unreadable: bool = False
    again_s: float = 0.0

    def lay(self) -> None:
        """Asks for everything that the address wants shown."""
        self._resume()
        self.parts = dict.fromkeys(PARTS)
        self.parts["board"] = "?" + urlencode({"year": self.here.year, "lang": self.here.lang})
        if self.here.view == "runs":
            self._runs()
        elif self.here.run:
            self._run()
        else:
            self._ask()
        self.parts["tabs"] = self._tabs()
        if self.here.cell:
            link = {"year": self.here.year, "lang": self.here.lang, "cell": self.here.cell}
            self.parts["cell"] = {"name": self.here.cell, "href": "?" + urlencode(link)}

    def _resume(self) -> None:
        """Goes on to a run just started: a page that was drawn meanwhile may not know the run's address yet."""
        asked_by, run = st.session_state.get("started", (None, ""))
        if self.here.run:
            st.session_state.pop("started", None)
        elif asked_by == self.here.params():
            self.here = replace(self.here, run=run, view="", show="", at=0)
            go(self.here.params())
            settle()

    def _tabs(self) -> list[dict[str, Any]]:
        here, say = replace(self.here, run="", show="", at=0, outcome="", grades="", heading="", q=""), self.words.say
        view = "run" if self.here.run else self.here.view
        return [
            {"word": say("Compare"), "href": here.href(view=""), "chosen": view == ""},
            {"word": say("What if"), "href": here.href(view="whatif"), "chosen": here.tries},
            {"word": say("Recorded runs"), "href": here.href(view="runs"), "chosen": view in ("runs", "run")},
        ]

    def _trouble(self, trouble: Trouble) -> None:
        self.parts["trouble"] = trouble.view(self.words)
        self.again_s = AGAIN_S if trouble.away else 0.0

    # -- asking at once, and trying a draft --------------------------------------------------------------------------

    def _ask(self) -> None:
        sets = self._sets()
        if sets and self.here.tries and not self.here.after.set:
            first = next((one.id for one in reversed(sets) if one.scale == "points"), sets[0].id)
            self.here = replace(self.here, after=Side(first), before=Side(first))
        base = self._base()
        self.document = draft(base, self.here.edits) if base and changed(base, self.here.edits) else None
        if base and self.here.view == "text":
            self._write(self.document or base, sets)
        question = self.here.question(self.document)
        if self.act == "run" and not self.unreadable and self._start(question):
            return
        self.parts["form"] = self._form(sets)
        found = None if self.unreadable else self._compare(question, sets)
        problems = found.problems if isinstance(found, Trouble) else ()
        if base and self.here.view == "whatif":
            self.parts["editor"] = editor_view(base, self.here, problems, self.words)
            self.parts["hidden"] = replace(self.here, edits=(), show="", at=0).params() | {"of": self.here.after.set}
        if self.unreadable or (isinstance(found, Trouble) and self.document and not found.away):
            found, question = st.session_state.get("compared", (None, question))
            self.parts["hint"] = (
                self.words.say("The draft cannot judge yet; shown is what was found before.")
                if found
                else self.words.say("The draft cannot judge yet: put right what is marked.")
            )
        if isinstance(found, Comparison):
            st.session_state["compared"] = found, question
            self._show(found, question, of_comparison(self.house, found, question, self.here, self.words))
            if not self.here.tries:
                self.parts["units"] = units_view(moved_units(self.house, found, question), self.here, self.words)

    def _write(self, begun: dict[str, Any], sets: Sequence[CriteriaKnown]) -> None:
        """The draft as text: begun from this document, or what the visitor wrote since."""
        if self.act == "anew":
            begin_anew()
        found = written(self.house, begun, self.words)
        if isinstance(found, Trouble):
            self._trouble(found)
            self.unreadable = True
            return
        self.document, self.unreadable = found.document, found.document is None
        self.written = found.text
        self.parts["written"] = text_view(
            found.text, found.origin, found.own, found.problems, sets, self.here, self.words
        )

    @property
    def draft_text(self) -> Callable[[], str] | None:
        """The draft as a file, where there is one."""
        if self.written:
            return lambda: self.written
        document = self.document
        return (lambda: as_text(self.house, document, self.words)) if document else None

    def _start(self, question: RescoreOf) -> bool:
        """Starts a run; whether the page is the run's from now on."""
        started = ask(self.house, "rescore", question, RunProgress, self.words, PATIENCE_S)
        if isinstance(started, Trouble):
            self._trouble(started)
            return False
        st.session_state["started"] = (self.here.params(), started.run)
        self._resume()
        self._run()
        return True

    def _sets(self) -> tuple[CriteriaKnown, ...]:
        known = ask(self.house, "criteria", CriteriaOf(), CriteriaKnownSets, self.words)
        if isinstance(known, Trouble):
            self._trouble(known)
            return ()
        return known.sets

    def _base(self) -> dict[str, Any] | None:
        """The document that a draft is made of, where one is wanted."""
        if not self.here.after.set or not (self.here.edits or self.here.tries):
            return None
        known = document(self.house, self.here.after.set, self.words)
        if isinstance(known, Trouble):
            self._trouble(known)
            return None
        return known

    def _form(self, sets: Sequence[CriteriaKnown]) -> dict[str, Any]:
        picture = self.house.hub.picture
        shown = picture.years.get(self.here.year)
        years = shown.glance.years if shown and shown.glance else ()
        units = units_of(self.house, self.here.year, self.words).choices(self.here.unit)
        return form_view(self.here, sets, years, shown.rows.values() if shown else (), units, self.words)

    def _compare(self, question: RescoreOf, sets: Sequence[CriteriaKnown]) -> Comparison | Trouble | None:
        if self.here.odd:
            said = self.words.say("Not understood, and left out: {what}.", what=", ".join(self.here.odd))
            self.parts["hint"] = said
        if not self.here.differs and not self.here.tries:
            self.parts["hint"] = self.words.say(
                "Both sides are the same so far. Choose criteria, or a day on which something was not known yet."
            )
            self.parts["examples"] = examples(self.here, sets, self.words)
            return None
        found = ask(self.house, "compare", question, Comparison, self.words, PATIENCE_S)
        if isinstance(found, Trouble) and not self.parts["trouble"]:
            elsewhere = [one for one in found.problems if "draft: " not in one.path] or not self.here.tries
            if elsewhere or found.away:
                self._trouble(found)
        return found

    # -- runs --------------------------------------------------------------------------------------------------------

    def _runs(self) -> None:
        known = ask(self.house, "runs", Nothing(), Runs, self.words)
        if isinstance(known, Trouble):
            self._trouble(known)
        else:
            here = replace(self.here, view="")
            self.parts["runs"] = {
                "under_way": under_way_view(known.under_way, here, self.words),
                "lines": runs_view(known.runs, here, self.words),
            }
            self.again_s = POLL_S if known.under_way else 0.0

    def _run(self) -> None:
        stands = standing(self.house, self.here, self.act, self.words)
        if isinstance(stands, Trouble):
            self._trouble(stands)
            return
        self.parts["run"] = run_view(self.house, stands, self.here, self.words)
        self.again_s = POLL_S if stands.state is RunState.RUNNING else 0.0
        self.receipt = stands.receipt
        if stands.receipt is None:
            return
        found = result(self.house, stands.receipt, self.words)
        if isinstance(found, Trouble):
            self._trouble(found)
            return
        self._show(found.comparison, stands.receipt.question, of_run(found.moves, self.here))
        self.parts |= extras(self.house, stands.receipt, self.here, self.words)

    # -- what was found ----------------------------------------------------------------------------------------------

    def _show(self, found: Comparison, question: RescoreOf, listed: Listed | Trouble) -> None:
        if isinstance(listed, Trouble):
            self._trouble(listed)
            listed = of_run(found.top, self.here)
        said = question_words(question, self.words)
        self.listed = listed
        titles = {one.heading: in_words(one.title, self.words) for one in found.headings}
        self.parts |= {
            "title": self.words.say("{after}, compared with {before}", after=said["after"], before=said["before"]),
            "subtitle": f"{said['span']} · {said['where']} · "
            + self.words.say("as of event {position}", position=number(found.position, self.words.language)),
            "found": comparison_view(found, self.here, self.words),
            "moves": {
                **moves_view(listed.shown, listed.count, titles, self.here, self.words),
                "hidden": {k: v for k, v in self.here.params().items() if k not in ("q", "at", "show")},
                "q": self.here.q,
            },
            "month": opened(self.house, self.here, question, self.words) if self.here.show else None,
        }
