"""A webhook and e-mail, on real servers: signed, in order, sent again until taken, never lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from dashboard.views.oversight.alerts import why as shown
from dashboard.words import terms
from dashboard.words.texts import Language, texts
from services.chassis.outbox import events_outbox
from services.chassis.store import Store
from services.contracts.alerts import AlertLine, AlertRecorded, Alerts, AlertStatus, Reason, Value
from services.evaluation.alerts.delivery.deliver import Channel, Delivery
from services.evaluation.alerts.delivery.mail import Mail
from services.evaluation.alerts.delivery.notes import Notes
from services.evaluation.alerts.delivery.reasons import GRADES, REASONS, YEARS, reason_in_words
from services.evaluation.alerts.delivery.settings import DeliverySettings, channels
from services.evaluation.alerts.delivery.undelivered import Undelivered
from services.evaluation.alerts.delivery.webhook import signature
from services.evaluation.alerts.delivery.words import LANGUAGES, MAILS, RULES, mail_line
from services.evaluation.alerts.raising.book import Book
from tests.evaluation.alerts.house import becomes
from tests.evaluation.alerts.looking import at, say
from tests.evaluation.alerts.post import Post, Receiver, post, receiver
from tests.evaluation.territory import territory

SECRET = "a secret of the receiver"


@pytest.fixture
def taking() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


@pytest.fixture
def office() -> Iterator[Post]:
    with post() as found:
        yield found


class Told:
    """A store in which an alert is raised, turns red and is cleared, a clock that is set, and who delivers it."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder, self.book, self.moment = store, folder, Book(store), at("2026-12-01")
        say(stream := territory(), "2026-11-09", colour="orange", values={"planned": None})
        self.state = AlertRecorded.model_validate_json(stream.events[-1].data).model_dump(mode="json")

    def channel(self, **settings: Any) -> Channel:
        """The one channel that these settings switch on."""
        told = DeliverySettings(**settings)
        [found] = channels(told, self.store, self.folder, self.standing, lambda: self.moment)
        return found

    def webhook(self, taking: Receiver) -> Channel:
        return self.channel(webhook_url=taking.url, webhook_secret=SECRET)

    def mail(self, office: Post, **more: Any) -> Channel:
        where = {"mail_host": "127.0.0.1", "mail_port": office.port, "mail_starttls": False, "mail_language": "en"}
        return self.channel(mail_to="a@x.vn, b@x.vn", mail_from="nenep@x.vn", **(where | more))

    def becomes(self, *statuses: AlertStatus) -> list[str]:
        """The next events (default: all three); returns the ids of all so far."""
        for status in statuses or (AlertStatus.RAISED, AlertStatus.CHANGED, AlertStatus.RESOLVED):
            was = self.state["colour"] if status is not AlertStatus.RAISED else None
            colour = "orange" if status is AlertStatus.RAISED else "red"
            self.state |= {"was": was, "colour": colour}
            self.book.record([(status, self.state)], self.moment)
            self.state |= {"version": self.state["version"] + (status is not AlertStatus.RAISED)}
        return [out.id for out in events_outbox(self.store).read(0, 100)]

    def standing(self) -> Alerts:
        """What stands, as the query would answer."""
        names = {"cell_name": "Chi bộ D", "unit": "CITY", "unit_name": "Thành ủy"}
        lines = [
            AlertLine(alert=one, event="e", recorded_at=self.moment, raised_at=self.moment, **names)
            for one in map(AlertRecorded.model_validate, self.book.standing.values())
        ]
        return Alerts(alerts=tuple(lines), counts=(), total=len(lines), position=1)


@pytest.fixture
def told(store: Store, tmp_path: Path) -> Told:
    return Told(store, tmp_path)


# -- webhook -----------------------------------------------------------------------------------------------------------


def test_every_event_is_posted_once_in_order_and_signed(told: Told, taking: Receiver) -> None:
    channel = told.webhook(taking)
    ids = told.becomes()
    assert channel.step() == 3
    assert channel.step() == 0
    assert [one.headers["webhook-id"] for one in taking.taken] == ids
    for one in taking.taken:
        signed = signature(SECRET.encode(), one.headers["webhook-id"], one.headers["webhook-timestamp"], one.body)
        assert one.headers["webhook-signature"] == signed != signature(b"", *([""] * 2), one.body)
        assert one.path == "/alerts?from=nenep"
    event = orjson.loads(taking.taken[0].body)
    assert (event["specversion"], event["id"], event["subject"]) == ("1.0", ids[0], "D")
    assert event["type"] == "vn.nennep.event.evaluation.AlertRaised.v1"
    assert event["data"]["rule"] == "no_regular_meeting"


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example of https://github.com/standard-webhooks/standard-webhooks (libraries' own test vector)."""
    settings = DeliverySettings(webhook_url="http://x", webhook_secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = signature(settings.secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_is_refused_or_redirected_is_sent_again_and_nothing_overtakes_it(told: Told, taking: Receiver) -> None:
    channel, taking.answers = told.webhook(taking), [500, 302, 204, 429]
    ids = told.becomes()

    async def run() -> None:
        leading = asyncio.Event()
        delivery = Delivery(channel)
        task = asyncio.create_task(delivery.serve(leading, look=0.01, first=0.001))
        await asyncio.sleep(0.05)
        assert taking.asked == [], "only the evaluation that leads delivers"
        leading.set()
        await becomes("all is delivered", lambda: len(taking.taken) == 3)
        await becomes("the trouble is over", lambda: delivery.check().ok)
        task.cancel()

    asyncio.run(run())
    assert [one.headers["webhook-id"] for one in taking.asked] == [ids[0]] * 3 + [ids[1]] * 2 + [ids[2]]


@pytest.mark.parametrize("settings", [{"webhook_url": "http://a..b/"}, {"mail_to": "a@x.vn", "mail_host": "a..b"}])
def test_no_failure_of_a_channel_ends_the_evaluation(told: Told, settings: dict[str, Any]) -> None:
    channel = told.channel(**{"webhook_secret": SECRET, "mail_from": "nenep@x.vn", **settings})
    told.becomes()

    async def run() -> None:
        leading, tries = asyncio.Event(), Counting(channel)
        leading.set()
        task = asyncio.create_task(Delivery(tries).serve(leading, look=0.01, first=0.001))
        await becomes("it is tried again", lambda: tries.tried > 2 or task.done())
        assert not task.done()
        task.cancel()

    asyncio.run(run())


class Counting:
    """A channel whose tries are counted."""

    def __init__(self, channel: Channel) -> None:
        self.name, self.outbox, self.notes = channel.name, channel.outbox, channel.notes
        self.step_, self.tried = channel.step, 0

    def step(self) -> int:
        self.tried += 1
        return self.step_()


def test_killed_after_a_post_it_is_sent_again_under_the_same_id(
    told: Told, taking: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = told.webhook(taking)
    ids = told.becomes()

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Notes, "reached", killed)
        with pytest.raises(KeyboardInterrupt):
            channel.step()
    assert told.webhook(taking).step() == 3
    assert [one.headers["webhook-id"] for one in taking.taken] == [ids[0], *ids]


def test_a_receiver_that_is_away_loses_nothing(told: Told) -> None:
    with receiver() as gone:
        channel = told.webhook(gone)
    ids = told.becomes()
    with pytest.raises(Undelivered):
        channel.step()
    with receiver() as back:
        assert told.webhook(back).step() == 3
        assert [one.headers["webhook-id"] for one in back.taken] == ids


def test_the_status_says_that_nobody_takes_alerts_and_how_many_wait(told: Told, office: Post) -> None:
    delivery = Delivery(told.mail(office, mail_hour=23))
    assert delivery.check().ok, "nothing was sent yet"
    told.becomes()
    office.refuse = 1_000

    async def run() -> None:
        leading = asyncio.Event()
        leading.set()
        task = asyncio.create_task(delivery.serve(leading, look=0.01, first=0.001))
        await becomes("it is known", lambda: not delivery.check().ok)
        check = delivery.check()
        assert (check.name, check.recorded, check.arrived) == ("e-mail", 0, 3)
        assert f"127.0.0.1:{office.port}" in check.detail
        office.refuse = 0
        await becomes("they are taken", lambda: delivery.check().ok and delivery.check().recorded == 3)
        task.cancel()

    asyncio.run(run())


def test_what_was_before_it_was_switched_on_is_not_delivered(told: Told, taking: Receiver) -> None:
    told.becomes(AlertStatus.RAISED)
    channel = told.webhook(taking)
    told.becomes(AlertStatus.CHANGED)
    assert channel.step() == 1
    assert orjson.loads(taking.taken[0].body)["data"]["status"] == "changed"


# -- e-mail ------------------------------------------------------------------------------------------------------------


def test_red_alerts_are_mailed_at_once_and_once(told: Told, office: Post) -> None:
    channel = told.mail(office, mail_hour=23)
    told.becomes()
    office.refuse = 1
    with pytest.raises(Undelivered):
        channel.step()
    assert channel.step() == 3
    assert channel.step() == 0
    assert told.mail(office, mail_hour=23).step() == 0
    [one] = office.mails
    assert (one["to"], one["from"]) == ("a@x.vn, b@x.vn", "nenep@x.vn")
    assert one["message-id"].startswith("<red-")
    assert one["message-id"].endswith("@x.vn>")
    text = one.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "[RED] No regular meeting: D, 2026-11: not held yet (due 08/11/2026" in text


def test_one_digest_a_day_at_its_hour(told: Told, office: Post) -> None:
    channel = told.mail(office, mail_hour=12, mail_language="vi")
    told.becomes(AlertStatus.RAISED)
    told.moment = at("2026-11-29").replace(hour=11)
    channel.step()
    assert office.mails == []
    told.moment = at("2026-11-29")
    for _ in range(2):
        channel.step()
    told.mail(office, mail_hour=12).step()
    assert [one["message-id"] for one in office.mails] == ["<digest-2026-11-29@x.vn>"]
    text = office.mails[0].get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "[CAM] Chưa sinh hoạt thường kỳ: Chi bộ D (D), 2026-11: chưa họp (hạn 08/11/2026" in text


def test_nothing_goes_out_in_the_clear_unless_told_so(told: Told, office: Post) -> None:
    channel = told.mail(office, mail_starttls=True)
    told.becomes()
    with pytest.raises(Undelivered, match="STARTTLS"):
        channel.step()
    assert office.mails == []


# -- settings ----------------------------------------------------------------------------------------------------------


def test_all_that_is_wrong_with_the_settings_is_named() -> None:
    given = {"WEBHOOK_URL": "ftp://x", "MAIL_TO": "nobody", "MAIL_FROM": "a@b", "MAIL_USER": "u"}
    with pytest.raises(SystemExit) as refused:
        DeliverySettings.from_environment({f"NENEP_{name}": value for name, value in given.items()})
    for part in ("no http", "NENEP_WEBHOOK_SECRET", "NENEP_MAIL_HOST", "'nobody' is no address", "NENEP_MAIL_PASSWORD"):
        assert part in str(refused.value)


@pytest.mark.parametrize(
    "url", ["http://x:99999/", "http://x:y/", "http://[::1", "http://x/ü", "http://x/a b", "http://"]
)
def test_an_address_that_nothing_can_be_posted_to_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(SystemExit, match="NENEP_WEBHOOK_URL is no http or https address"):
        DeliverySettings.from_environment({"NENEP_WEBHOOK_URL": url, "NENEP_WEBHOOK_SECRET": "s"})


def test_without_settings_nothing_leaves_the_system(told: Told) -> None:
    nothing = DeliverySettings.from_environment({})
    assert channels(nothing, told.store, told.folder, told.standing, lambda: told.moment) == []
    assert list(told.folder.glob("alerts-*")) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_mails_say_reasons_and_grades_as_the_screens_do(language: Language) -> None:
    screens, place = texts(language), LANGUAGES.index(language)
    assert {reason.value: words[place] for reason, words in REASONS.items()} == {
        reason: screens.say(text) for reason, text in terms.ALERT_REASONS.items()
    }
    for ours, theirs in ((GRADES, terms.GRADES), (YEARS, terms.YEAR_GRADES | terms.LEVELS)):
        assert {code: words[place] for code, words in ours.items()} == {
            code: screens.say(text) for code, text in theirs.items()
        }


@pytest.mark.parametrize(
    ("reason", "values", "language", "text"),
    [
        ("fewer", {"value": 86.96, "present": 20, "expected": 23, "needed": 90}, "vi", "có mặt 86,96% (20/23)"),
        ("fewer", {"value": 86.96, "present": 20, "expected": 23, "needed": 90}, "en", "86.96% present (20 of 23)"),
        (
            "better_grade",
            {"own": "good", "theirs": "fair", "observer": "o-1"},
            "vi",
            "tự xếp Tốt, người dự o-1 xếp Khá",
        ),
        ("never_came", {"observer": "o-1", "assigned": "2026-01-05"}, "vi", "o-1 chưa dự lần nào từ 05/01/2026"),
        (
            "above_quota",
            {"value": 4, "needed": 3, "grade": "good", "level": "cell", "percent": 20.0, "denominator": 17},
            "en",
            "Cells: 4 decided “Tasks carried out well”; at most 3 (20% of 17)",
        ),
    ],
)
def test_a_reason_is_in_words(reason: str, values: dict[str, Value], language: str, text: str) -> None:
    assert text in reason_in_words(Reason(reason), values, language)


def test_what_has_just_become_red_is_named_by_what_else_stands_of_its_cell(told: Told, office: Post) -> None:
    told.becomes(AlertStatus.RAISED)
    channel, known = told.mail(office, mail_hour=23), told.standing()
    told.becomes(AlertStatus.CHANGED)
    [one] = known.alerts
    other = one.model_copy(update={"alert": one.alert.model_copy(update={"alert": f"a-{0:016}"})})
    assert isinstance(channel, Mail)
    channel.standing = lambda: known.model_copy(update={"alerts": (other,)})
    assert channel.step() == 1
    [mail] = office.mails
    assert "No regular meeting: Chi bộ D (D), 2026-11" in mail.get_payload(decode=True).decode()  # type: ignore[union-attr]


def test_a_line_of_a_mail_names_the_document_and_no_setting(told: Told) -> None:
    alert = AlertRecorded.model_validate({**told.state, "status": "raised"})
    assert mail_line(alert, "Chi bộ D", "en").endswith(": not held yet (due 08/11/2026, time 1; HD 42-HD/BTCTW)")
    by_setting = alert.model_copy(update={"basis": "NENEP_ALERT_POINTS=5"})
    assert mail_line(by_setting, None, "vi").endswith(": chưa họp (hạn 08/11/2026, lần 1)")


def test_every_mail_is_worded_in_every_language() -> None:
    assert all(len(set(words)) == len(LANGUAGES) for words in RULES.values())
    assert all(set(texts) == set(LANGUAGES) for texts in MAILS.values())


def test_a_value_that_an_older_alert_lacks_is_a_dash_wherever_it_is_told() -> None:
    reason: Reason = Reason.ABOVE_QUOTA
    old: dict[str, Value] = {"value": 4, "grade": "good"}
    said = [reason_in_words(reason, old, "en"), shown(reason, old, texts("en"))]
    assert ["4" in line and "–%" in line for line in said] == [True] * 2


def test_the_number_of_alerts_is_said_so_that_one_reads_as_well_as_many() -> None:
    for kind in MAILS.values():
        assert all("({n})" in text for text in kind["en"]), "English has a plural"
