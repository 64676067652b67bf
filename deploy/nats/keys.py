"""The identities' nkeys: one seed in one file, `<folder>/<identity>.nk`, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

import nkeys

SUFFIX = ".nk"
IDENTITIES = ("admin", "registry", "meetings", "evaluation", "dashboard", "operator")
UNIT_PREFIX = "unit-"


class BadKey(Exception):
    """A key file that cannot be used; the message says what to do."""


def unit_identity(unit: str) -> str:
    """The identity under which a unit publishes."""
    return UNIT_PREFIX + unit


def ensure(folder: Path, identities: Iterable[str] = IDENTITIES) -> dict[str, str]:
    """The public key of each identity, making the seeds that are missing. Existing seeds are never touched."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for identity in identities:
        if not (path := folder / (identity + SUFFIX)).exists():
            _write(path, nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER))
    return {identity: _public_key(folder / (identity + SUFFIX)) for identity in identities}


def public_keys(folder: Path) -> dict[str, str]:
    """The public keys of all identities that have a seed in the folder."""
    return {path.stem: _public_key(path) for path in sorted(folder.glob("*" + SUFFIX))}


def _write(path: Path, seed: bytes) -> None:
    """All or nothing, never overwriting: two starts at once end up with one key."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(seed + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _public_key(path: Path) -> str:
    try:
        pair = nkeys.from_seed(bytearray(path.read_bytes().strip()))
        return str(pair.public_key.decode())
    except (nkeys.NkeysError, ValueError) as error:
        raise BadKey(
            f"{path} holds no nkey seed ({error}): delete it and a new key is made at the next start"
        ) from error
