"""The short-lived token with which a page opens its WebSocket: what it may follow, signed, for a quarter of an hour."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import asdict, dataclass

import orjson

from dashboard.words.texts import LANGUAGES, Language

LIFE_S = 900


@dataclass(frozen=True)
class Claims:
    """What a viewer follows: a year's board, in a language; on a page behind the first one only what wakes that page:
    news of its cell, or events whose subjects begin so (see live.wakes)."""

    year: int
    language: Language
    cell: str | None = None
    wakes: tuple[str, ...] | None = None

    @property
    def behind(self) -> bool:
        """Whether it is a page behind the first one."""
        return self.cell is not None or self.wakes is not None


class Signer:
    """Signs and checks tokens with a key that lives as long as the process."""

    def __init__(self, key: bytes | None = None) -> None:
        self.key = key or secrets.token_bytes(32)

    def sign(self, claims: Claims, now_s: float) -> str:
        """A token for these claims, good for `LIFE_S` seconds from now."""
        body = base64.urlsafe_b64encode(orjson.dumps({**asdict(claims), "until": int(now_s) + LIFE_S})).rstrip(b"=")
        return f"{body.decode()}.{self._mac(body)}"

    def read(self, token: str, now_s: float) -> Claims | None:
        """The claims of a token, or None when it is forged, spoiled or too old."""
        body, _, mac = token.partition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(body.encode()).encode()):
            return None
        claims = orjson.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        until, language = claims.pop("until"), claims["language"]
        claims["wakes"] = None if claims["wakes"] is None else tuple(claims["wakes"])
        return Claims(**claims) if now_s < until and language in LANGUAGES else None

    def _mac(self, body: bytes) -> str:
        return hmac.new(self.key, body, hashlib.sha256).hexdigest()
