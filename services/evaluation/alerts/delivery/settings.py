"""The settings of delivery, and the channels that they switch on. Without any, nothing leaves the system."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from services.chassis.clock import Clock
from services.chassis.outbox import StoreOutbox, outgoing_event
from services.chassis.settings import Told
from services.chassis.store import Store
from services.contracts.alerts import Alerts
from services.evaluation.alerts.delivery.deliver import Channel
from services.evaluation.alerts.delivery.mail import Mail, Server
from services.evaluation.alerts.delivery.notes import Notes
from services.evaluation.alerts.delivery.webhook import Webhook
from services.evaluation.alerts.raising.events import TOPICS

_URL = re.compile(r"[!-~]+\Z")
"""A URL is of printable ASCII without spaces (RFC 3986)."""


class DeliverySettings(Told):
    """`webhook_url` switches the webhook on; its secret is `webhook_secret`, or what the file `webhook_secret_file`
    holds (with the prefix `whsec_` it is Base64, as Standard Webhooks has it).

    `mail_to` (addresses, separated by commas) switches e-mail on: from `mail_from`, through `mail_host` and `mail_port`
    with STARTTLS (unless `mail_starttls` is 0), as `mail_user` with the password in `mail_password_file`; the digest at
    `mail_hour` in Vietnam; in `mail_language`.
    """

    webhook_url: str = ""
    webhook_secret: str = ""
    webhook_secret_file: Path | None = None
    mail_to: str = ""
    mail_from: str = ""
    mail_host: str = ""
    mail_port: int = Field(default=587, ge=1, le=65535)
    mail_starttls: bool = True
    mail_user: str = ""
    mail_password_file: Path | None = None
    mail_hour: int = Field(default=7, ge=0, le=23)
    mail_language: Literal["vi", "en", "bn"] = "vi"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wrong = [*self._wrong_webhook(), *self._wrong_mail()]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def _wrong_webhook(self) -> Iterator[str]:
        if not self.webhook_url:
            return
        if not _can_be_posted_to(self.webhook_url):
            yield "NENEP_WEBHOOK_URL is no http or https address"
        try:
            if not self.secret:
                yield "a webhook needs NENEP_WEBHOOK_SECRET or NENEP_WEBHOOK_SECRET_FILE"
        except OSError as error:
            yield f"NENEP_WEBHOOK_SECRET_FILE cannot be read: {error.strerror}"
        except binascii.Error:
            yield "what follows whsec_ in the webhook's secret is not Base64"

    def _wrong_mail(self) -> Iterator[str]:
        if not self.mail_to:
            return
        if not self.mail_host:
            yield "e-mail needs NENEP_MAIL_HOST"
        for address in (self.mail_from, *self.recipients):
            if "@" not in address or not address.isprintable() or any(mark in address for mark in " ,<>"):
                yield f"{address!r} is no address" if address else "e-mail needs NENEP_MAIL_FROM"
        try:
            if bool(self.mail_user) != bool(self.password):
                yield "NENEP_MAIL_USER and NENEP_MAIL_PASSWORD_FILE belong together"
        except OSError as error:
            yield f"NENEP_MAIL_PASSWORD_FILE cannot be read: {error.strerror}"

    @property
    def secret(self) -> bytes:
        """What webhooks are signed with; empty when there is none."""
        file = self.webhook_secret_file
        text = file.read_text(encoding="utf-8").strip() if file else self.webhook_secret
        return base64.b64decode(text[6:], validate=True) if text.startswith("whsec_") else text.encode()

    @property
    def password(self) -> str:
        """The password of `mail_user`; empty when there is none."""
        return self.mail_password_file.read_text(encoding="utf-8").strip() if self.mail_password_file else ""

    @property
    def recipients(self) -> list[str]:
        """Who gets mails."""
        return [address.strip() for address in self.mail_to.split(",") if address.strip()]


def _can_be_posted_to(url: str) -> bool:
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        return known and _URL.match(url) is not None
    except ValueError:  # a port or an address that is none
        return False


def channels(
    told: DeliverySettings, store: Store, folder: Path, standing: Callable[[], Alerts], clock: Clock
) -> list[Channel]:
    """The channels that are switched on. What was recorded before a channel was first switched on is not delivered."""
    outbox = StoreOutbox(store, TOPICS, outgoing_event)
    start = store.recorder.max_notification_id() or 0
    found: list[Channel] = []
    if told.webhook_url:
        notes = Notes(folder / "alerts-webhook.json", start)
        found.append(Webhook(outbox, notes, told.webhook_url, told.secret, clock))
    if told.mail_to:
        server = Server(told.mail_host, told.mail_port, told.mail_starttls, told.mail_user, told.password)
        notes, addresses = Notes(folder / "alerts-mail.json", start), (told.mail_from, told.recipients)
        found.append(Mail(outbox, notes, server.send, addresses, told.mail_hour, told.mail_language, standing, clock))
    return found
