"""Evaluation, wired: its history, its follower, its relay, its answers and its place. Nothing else wires anything."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import duckdb
import pyarrow as pa

from services.chassis.clock import local_day, now
from services.chassis.intake import Desk
from services.chassis.rejected import rejected_in
from services.chassis.service import Service, start
from services.chassis.status import IntakeChecks
from services.chassis.store import Store
from services.contracts import queries, rescoring
from services.contracts.alerts import Alerts, AlertsOf
from services.contracts.base import Contract
from services.contracts.bus import EVENTS
from services.contracts.classification import YearOf
from services.contracts.coverage import CoverageOf
from services.contracts.criteria import CriteriaOf, DocumentOf
from services.contracts.gap import GapOf
from services.contracts.grades import Trial
from services.contracts.receipts import Problem, Refused, RejectedOf
from services.contracts.reports import CalendarOf, MonthlyOf
from services.contracts.snapshots import SnapshotOf
from services.contracts.themes import ModelsOf, ThemesOf
from services.evaluation.alerts.delivery.deliver import Delivery
from services.evaluation.alerts.delivery.settings import DeliverySettings, channels
from services.evaluation.alerts.raising.settings import AlertSettings
from services.evaluation.alerts.raising.watch import Watch
from services.evaluation.canonical import TABLES, block_lines, digest
from services.evaluation.criteria.load import load_shipped
from services.evaluation.deciding import make_decide
from services.evaluation.follow import RECORDED, SCORES, Follower
from services.evaluation.history.criteria import Sets
from services.evaluation.history.store import Connection, another, snapshot
from services.evaluation.history.stretches import A_MEETING
from services.evaluation.publishing.keeper import Keeper
from services.evaluation.publishing.runs import record_run
from services.evaluation.queries.alerts import alerts
from services.evaluation.queries.board import board
from services.evaluation.queries.calendar import calendar
from services.evaluation.queries.cell import cell_page
from services.evaluation.queries.coverage import coverage
from services.evaluation.queries.criteria import criteria_known
from services.evaluation.queries.document import read_document
from services.evaluation.queries.explain import explain
from services.evaluation.queries.gap import gap
from services.evaluation.queries.glance import glance
from services.evaluation.queries.grades import grades
from services.evaluation.queries.models import models
from services.evaluation.queries.monthly import monthly
from services.evaluation.queries.rescoring import add_rescoring
from services.evaluation.queries.scores import scores
from services.evaluation.queries.territory import units_named
from services.evaluation.queries.themes import themes
from services.evaluation.queries.year import year
from services.evaluation.running.outbox import ScoreOutbox
from services.evaluation.running.running import Running
from services.evaluation.runs.files import RunFiles
from services.evaluation.runs.runner import Runner
from services.evaluation.snapshots import Snapshots
from services.evaluation.status import EvaluationStatus
from services.evaluation.succession import Place, Succession
from services.evaluation.trying import trying
from services.evaluation.yearend.load import Rules, rules_with

NAME = "evaluation"
STORE, RUNS = "evaluation.sqlite", "runs"
"""The event store, which cannot be made again from the stream; results of re-scoring."""
Q = TypeVar("Q", bound=Contract)
Answer = Contract | pa.Table


async def compose(service: Service) -> None:
    """Puts evaluation together. Criteria reports wait in the stream until the history is what the stream says."""
    settings, shipped = service.settings, load_shipped()
    rules = rules_with(settings.year_rules)
    place = await Place.find(settings.data, settings.generation)
    con = place.open(settings.history_memory, settings.snapshot)
    store = Store(NAME, settings.data / STORE)
    running = Running(another(con), shipped)
    scores_out = service.relay(EVENTS, SCORES, ScoreOutbox(con))
    follower = Follower(service.bus, running, scores_out.wake, place.generation.consumer)
    service.run(follower.run)
    service.run(Succession(service, place, follower).run)
    keeper = Keeper(store, shipped)
    desk = Desk(
        store,
        make_decide(keeper.shelf, con, rules),
        now,
        patience=settings.patience,
        backdating_days=settings.backdating_days,
        watcher=keeper,
        faults=(duckdb.OperationalError,),
    )
    events, receipts = service.relay_store(store, RECORDED)

    def settled() -> None:
        events.wake()
        receipts.wake()

    async def know_everything() -> None:
        await follower.caught_up()
        await asyncio.to_thread(keeper.fold)  # what another evaluation recorded while this one was built

    service.consume(desk, settled, first=know_everything)
    service.ready = lambda: scores_out.trouble or events.trouble or receipts.trouble or follower.behind
    loop = asyncio.get_running_loop()

    def woken() -> None:
        loop.call_soon_threadsafe(events.wake)

    by = AlertSettings.from_environment().thresholds(settings.grace_days)
    watch = Watch(con, store, shipped, rules, by, now, woken)
    service.run(lambda: watch.serve(service.leading, follower))
    add_answers(service, con, shipped, rules, settings.grace_days, watch)
    service.answers.add("rejected", RejectedOf, rejected_in(store))
    service.answers.add("try", Trial, trying(desk, now))
    service.answers.add("snapshot", SnapshotOf, Snapshots(con, settings.data).make)

    def record(receipt: rescoring.RunReceipt) -> None:
        record_run(store, receipt, now())
        woken()

    files = RunFiles(settings.data / RUNS)
    runner = Runner(con, files, shipped, record, at_once=max(1, settings.run_memory // A_MEETING))
    service.run(lambda: runner.serve(service.leading))
    add_rescoring(service.answers, con, shipped, runner)

    def standing() -> Alerts:
        with snapshot(con) as reader:
            return alerts(reader, AlertsOf(), local_day(now()), watch.looked.at)

    told = DeliverySettings.from_environment()
    deliveries = [Delivery(channel) for channel in channels(told, store, settings.data, standing, now)]
    for delivery in deliveries:
        service.run(partial(delivery.serve, service.leading))
    EvaluationStatus(service, con, IntakeChecks(service, store, RECORDED), lambda: follower.quiet, deliveries)
    gc.freeze()  # what was loaded lives as long as the process: no collection need look at it again


def add_answers(service: Service, con: Connection, shipped: Sets, rules: Rules, grace_days: int, watch: Watch) -> None:
    """The queries, each on a snapshot of its own."""

    def add(name: str, model: type[Q], answer: Callable[[Connection, Q], Answer]) -> None:
        def on_snapshot(question: Q) -> Answer:
            with snapshot(con) as reader:
                return answer(reader, question)

        service.answers.add(name, model, on_snapshot)

    add("scores", queries.ScoresOf, lambda c, q: scores(c, q, shipped))
    add("grades", queries.GradesOf, lambda c, q: grades(c, q, shipped))
    add("year", YearOf, lambda c, q: year(c, q, shipped, rules, local_day(now())))
    add("explain", queries.Explain, lambda c, q: explain(c, q, shipped))
    add("criteria", CriteriaOf, lambda c, q: criteria_known(c, q, shipped))
    add("territory", queries.UnitsOf, lambda c, q: units_named(c, q, local_day(now())))
    service.answers.add("document", DocumentOf, read_document)
    add("board", queries.BoardOf, lambda c, q: board(c, q, local_day(now()), grace_days, watch.looked.at))
    add("glance", queries.GlanceOf, lambda c, q: glance(c, q, local_day(now()), grace_days, watch.looked.at))
    add("alerts", AlertsOf, lambda c, q: alerts(c, q, local_day(now()), watch.looked.at))
    add("cell", queries.CellOf, lambda c, q: cell_page(c, q, local_day(now())))
    add("coverage", CoverageOf, coverage)
    add("gap", GapOf, lambda c, q: gap(c, q, shipped))
    add("themes", ThemesOf, lambda c, q: themes(c, q, local_day(now()), grace_days))
    add("models", ModelsOf, lambda c, q: models(c, q, local_day(now())))
    add("monthly", MonthlyOf, lambda c, q: monthly(c, q, shipped))
    add("calendar", CalendarOf, calendar)
    add("digest", queries.Nothing, lambda c, _: digest(c))
    add("block", queries.BlockOf, block)


def block(con: Connection, question: queries.BlockOf) -> pa.Table:
    """The lines of a block, as digested. Refuses a table that there is not."""
    if question.table not in TABLES:
        raise Refused(
            Problem(path="table", problem=f"no table {question.table}", expected=f"one of {', '.join(TABLES)}")
        )
    found = block_lines(con, question.table, question.block, question.position)
    return pa.table({"line": pa.array(found, pa.string())})


def main() -> None:
    """`python -m services.evaluation`."""
    start(NAME, compose)
