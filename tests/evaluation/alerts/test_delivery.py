"""A webhook and e-mail, on real servers: signed, in order, sent again until taken, never lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.chassis.outbox import events_outbox
from services.contracts.alerts import Alerts, AlertsOf
from services.evaluation.delivery.deliver import Channel, deliver
from services.evaluation.delivery.mail import Mail
from services.evaluation.delivery.notes import Notes
from services.evaluation.delivery.settings import DeliverySettings, channels
from services.evaluation.delivery.undelivered import Undelivered
from services.evaluation.delivery.webhook import signature
from services.evaluation.delivery.words import LANGUAGES, MAILS, RULES
from services.evaluation.queries.alerts import alerts
from tests.evaluation.alerts.house import House, becomes
from tests.evaluation.alerts.looking import at, regular
from tests.evaluation.alerts.post import Post, Receiver, post, receiver

SECRET = "a secret of the receiver"


@pytest.fixture
def taking() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


@pytest.fixture
def office() -> Iterator[Post]:
    with post() as found:
        yield found


def switched_on(house: House, folder: Path, **settings: Any) -> Channel:
    """The one channel that these settings switch on."""

    def standing() -> Alerts:
        return alerts(house.con, AlertsOf(), house.moment.date())

    [found] = channels(DeliverySettings(**settings), house.store, folder, standing, lambda: house.moment)
    return found


def webhook(house: House, folder: Path, taking: Receiver) -> Channel:
    return switched_on(house, folder, webhook_url=taking.url, webhook_secret=SECRET)


def mail(house: House, folder: Path, office: Post, **more: Any) -> Channel:
    where = {"mail_host": "127.0.0.1", "mail_port": office.port, "mail_starttls": False, "mail_language": "en"}
    return switched_on(house, folder, mail_to="a@x.vn, b@x.vn", mail_from="nenep@x.vn", **(where | more))


def grow(house: House) -> list[str]:
    """An alert is raised, turns red and is cleared; returns the ids of the three events."""
    house.look("2026-11-28")
    house.look("2026-12-01")
    regular(house.stream, "D", "2026-11", recorded="2026-12-02")
    house.tell()
    house.look()
    return [out.id for out in events_outbox(house.store).read(0, 100)]


# -- webhook -----------------------------------------------------------------------------------------------------------


def test_every_event_is_posted_once_in_order_and_signed(house: House, tmp_path: Path, taking: Receiver) -> None:
    channel = webhook(house, tmp_path, taking)
    ids = grow(house)
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
    told = DeliverySettings(webhook_url="http://x", webhook_secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = signature(told.secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_is_refused_or_redirected_is_sent_again_and_nothing_overtakes_it(
    house: House, tmp_path: Path, taking: Receiver
) -> None:
    channel, taking.answers = webhook(house, tmp_path, taking), [500, 302, 204, 429]
    ids = grow(house)

    async def run() -> None:
        leading = asyncio.Event()
        task = asyncio.create_task(deliver(channel, leading, look=0.01, first=0.001))
        await asyncio.sleep(0.05)
        assert taking.asked == [], "only the evaluation that leads delivers"
        leading.set()
        await becomes("all is delivered", lambda: len(taking.taken) == 3)
        task.cancel()

    asyncio.run(run())
    assert [one.headers["webhook-id"] for one in taking.asked] == [ids[0]] * 3 + [ids[1]] * 2 + [ids[2]]


def test_killed_after_a_post_it_is_sent_again_under_the_same_id(
    house: House, tmp_path: Path, taking: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = webhook(house, tmp_path, taking)
    ids = grow(house)

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Notes, "reached", killed)
        with pytest.raises(KeyboardInterrupt):
            channel.step()
    assert webhook(house, tmp_path, taking).step() == 3
    assert [one.headers["webhook-id"] for one in taking.taken] == [ids[0], *ids]


def test_a_receiver_that_is_away_loses_nothing(house: House, tmp_path: Path) -> None:
    with receiver() as gone:
        channel = webhook(house, tmp_path, gone)
    ids = grow(house)
    with pytest.raises(Undelivered):
        channel.step()
    with receiver() as back:
        assert webhook(house, tmp_path, back).step() == 3
        assert [one.headers["webhook-id"] for one in back.taken] == ids


def test_what_was_before_it_was_switched_on_is_not_delivered(house: House, tmp_path: Path, taking: Receiver) -> None:
    house.look()
    channel = webhook(house, tmp_path, taking)
    house.look("2026-12-01")
    assert channel.step() == 1
    assert orjson.loads(taking.taken[0].body)["data"]["status"] == "changed"


# -- e-mail ------------------------------------------------------------------------------------------------------------


def test_red_alerts_are_mailed_at_once_and_once(house: House, tmp_path: Path, office: Post) -> None:
    channel = mail(house, tmp_path, office, mail_hour=23)
    grow(house)
    office.refuse = 1
    with pytest.raises(Undelivered):
        channel.step()
    assert channel.step() == 3
    assert channel.step() == 0
    assert mail(house, tmp_path, office, mail_hour=23).step() == 0
    [one] = office.mails
    assert (one["to"], one["from"]) == ("a@x.vn, b@x.vn", "nenep@x.vn")
    assert one["message-id"].startswith("<red-")
    assert one["message-id"].endswith("@x.vn>")
    text = one.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "[RED] No regular meeting: D, 2026-11 (due 08/11/2026" in text


def test_one_digest_a_day_at_its_hour(house: House, tmp_path: Path, office: Post) -> None:
    channel = mail(house, tmp_path, office, mail_hour=12, mail_language="vi")
    house.look("2026-11-28")
    house.moment = at("2026-11-29").replace(hour=11)
    channel.step()
    assert office.mails == []
    house.moment = at("2026-11-29")
    for _ in range(2):
        channel.step()
    mail(house, tmp_path, office, mail_hour=12).step()
    assert [one["message-id"] for one in office.mails] == ["<digest-2026-11-29@x.vn>"]
    text = office.mails[0].get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "[CAM] Chưa sinh hoạt thường kỳ: Chi bộ D (D), 2026-11 (hạn 08/11/2026" in text


def test_nothing_goes_out_in_the_clear_unless_told_so(house: House, tmp_path: Path, office: Post) -> None:
    channel = mail(house, tmp_path, office, mail_starttls=True)
    house.look()
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


def test_without_settings_nothing_leaves_the_system(house: House, tmp_path: Path) -> None:
    told = DeliverySettings.from_environment({})
    assert channels(told, house.store, tmp_path, lambda: pytest.fail("asked"), lambda: house.moment) == []
    assert list(tmp_path.glob("alerts-*")) == []


def test_every_mail_is_worded_in_every_language() -> None:
    assert all(len(set(words)) == len(LANGUAGES) for words in RULES.values())
    assert all(set(texts) == set(LANGUAGES) for texts in MAILS.values())
    assert Mail.name != ""
