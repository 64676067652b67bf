"""E-mail: red alerts at once, everything that stands in one digest a day. Nothing goes out unencrypted unless told so.

At least once: a mail that may have gone out before a crash is sent again under the same Message-ID.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from typing import NamedTuple

import orjson

from services.chassis.clock import LOCAL, Clock
from services.chassis.outbox import StoreOutbox
from services.contracts.alerts import AlertRecorded, Alerts, Colour
from services.evaluation.alerts.delivery.notes import Noted, Notes
from services.evaluation.alerts.delivery.undelivered import Undelivered
from services.evaluation.alerts.delivery.words import MAILS, mail_line

BATCH, TIMEOUT_S, LISTED = 500, 5.0, 300


class Server(NamedTuple):
    """Where and how mails are handed over; without a `user` nobody logs in."""

    host: str
    port: int
    starttls: bool = True
    user: str = ""
    password: str = ""

    def send(self, mail: EmailMessage) -> None:
        """Hands a mail over. Raises `Undelivered`, also when nobody offers the encryption that is asked for."""
        try:
            with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S) as smtp:
                if self.starttls:
                    smtp.starttls(context=ssl.create_default_context())
                if self.user:
                    smtp.login(self.user, self.password)
                smtp.send_message(mail)
        except (OSError, smtplib.SMTPException) as error:
            raise Undelivered(f"{self.host}:{self.port}: {type(error).__name__}: {error}") from error


class Mail:
    """Delivers an outbox by e-mail. `standing` answers what stands now, with names."""

    name = "e-mail"

    def __init__(
        self,
        outbox: StoreOutbox,
        notes: Notes,
        send: Callable[[EmailMessage], None],
        addresses: tuple[str, Sequence[str]],
        hour: int,
        language: str,
        standing: Callable[[], Alerts],
        clock: Clock,
    ) -> None:
        self.outbox, self.notes, self.send, self.hour, self.standing = outbox, notes, send, hour, standing
        self.from_, self.to = addresses
        self.language, self.clock = language, clock

    def step(self) -> int:
        """Sends what is due; returns how many events were looked at. Raises `Undelivered`."""
        self._digest()
        found = self.outbox.read(self.notes.noted.position, BATCH)
        if not found:
            return 0
        reds = [alert for out in found if (alert := _red(out.body))]
        if reds:
            names = _names(self.standing())
            lines = [mail_line(one, names.get(one.cell or one.unit), self.language) for one in reds]
            self._send("red", len(reds), lines, found[-1].id)
        self.notes.reached(found[-1].position)
        return len(found)

    def _digest(self) -> None:
        here = self.clock().astimezone(LOCAL)
        if here.hour < self.hour or self.notes.noted.digest == here.date():
            return
        found = self.standing()
        if found.total:
            listed = found.alerts[:LISTED]
            lines = [mail_line(one.alert, one.cell_name or one.unit_name, self.language) for one in listed]
            lines += ["…"] * (found.total > len(listed))
            self._send("digest", found.total, lines, f"{here:%Y-%m-%d}")
        self.notes.note(Noted(position=self.notes.noted.position, digest=here.date()))

    def _send(self, kind: str, number: int, lines: Sequence[str], key: str) -> None:
        subject, opening = (text.format(n=number) for text in MAILS[kind][self.language])
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = subject, self.from_, ", ".join(self.to)
        mail["Date"] = format_datetime(self.clock().astimezone(LOCAL))
        mail["Message-ID"] = f"<{kind}-{key}@{self.from_.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content("\n".join((opening, "", *lines)) + "\n")
        self.send(mail)


def _names(standing: Alerts) -> dict[str | None, str | None]:
    """The names of cells and units by their codes, as far as anything stands of them: what has just become red may not
    be known there yet."""
    found: dict[str | None, str | None] = {line.unit: line.unit_name for line in standing.alerts if line.unit}
    found.update((line.alert.cell, line.cell_name) for line in standing.alerts if line.alert.cell)
    return found


def _red(body: bytes) -> AlertRecorded | None:
    """The alert of an event that made it red; None for any other event."""
    data = orjson.loads(body)
    newly = data["colour"] == Colour.RED and data["was"] != Colour.RED and data["status"] in ("raised", "changed")
    return AlertRecorded.model_validate(data) if newly else None
