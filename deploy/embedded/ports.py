"""Ports: a free one when none is asked for, a clear message when the one asked for is taken."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


class PortTaken(Exception):
    """Somebody else listens there."""

    def __init__(self, port: int, purpose: str, option: str, variable: str) -> None:
        super().__init__(
            f"Port {port} for the {purpose} is taken by another program: "
            f"choose another one with {option} PORT (or {variable}), or {option} 0 for any free one"
        )
        self.port = port


def is_free(port: int, host: str = HOST) -> bool:
    """Whether a server could listen there now (connections of one that just stopped do not count)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_ports(count: int, host: str = HOST) -> list[int]:
    """That many different free ports. Nothing keeps them free: use them soon."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((host, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def claim(port: int, purpose: str, option: str, variable: str) -> int:
    """The port to use: any free one for 0, else the one given. Raises PortTaken."""
    if port == 0:
        return free_ports(1)[0]
    if not is_free(port):
        raise PortTaken(port, purpose, option, variable)
    return port
