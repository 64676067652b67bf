"""The webhook: every event of an alert as a POST of one CloudEvent (JSON), signed as Standard Webhooks has it.

`webhook-id` is the event's id, the same however often it is sent; `webhook-signature` is `v1,` and the Base64 of the
HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>` (https://www.standardwebhooks.com). In order, at least once:
the next event is sent when one was answered with 2xx. Redirects are not followed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

import orjson

from services.chassis.clock import Clock
from services.chassis.outbox import StoreOutbox
from services.chassis.relay import Outgoing
from services.contracts.cloudevents import attributes
from services.evaluation.alerts.delivery.notes import Notes
from services.evaluation.alerts.delivery.undelivered import Undelivered

BATCH, TIMEOUT_S = 100, 5.0


class Webhook:
    """Delivers an outbox to a URL."""

    name = "webhook"

    def __init__(self, outbox: StoreOutbox, notes: Notes, url: str, secret: bytes, clock: Clock) -> None:
        self.outbox, self.notes, self.url, self.secret, self.clock = outbox, notes, url, secret, clock

    def step(self) -> int:
        """Sends what is next; returns how many events that was. Raises `Undelivered` at the first that is refused."""
        found = self.outbox.read(self.notes.noted.position, BATCH)
        for out in found:
            self._post(out)
            self.notes.reached(out.position)
        return len(found)

    def _post(self, out: Outgoing) -> None:
        body = orjson.dumps({**attributes(out.headers), "data": orjson.loads(out.body)})
        timestamp = str(int(self.clock().timestamp()))
        headers = {
            "content-type": "application/cloudevents+json",
            "webhook-id": out.id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(self.secret, out.id, timestamp, body),
        }
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
        try:
            path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request("POST", path, body, headers)
            status = connection.getresponse().status
        except (OSError, HTTPException) as error:
            raise Undelivered(f"{parts.hostname}: {type(error).__name__}: {error}") from error
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise Undelivered(f"{parts.hostname} answered {status}")


def signature(secret: bytes, id_: str, timestamp: str, body: bytes) -> str:
    """What a receiver compares (in constant time) with what it makes of the same secret."""
    signed = hmac.new(secret, f"{id_}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed.digest()).decode()}"
