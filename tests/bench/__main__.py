"""`python -m tests.bench [--seconds 60] [PART …]`: measures, prints; a whole run writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import asyncio
import os
from pathlib import Path

from tests.bench import bare, demo, latency, rescoring, screen, sustained
from tests.bench.figures import Section, page, text

PARTS = ("ceiling", "sustained", "latency", "screen", "demo", "rescoring")
PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"


async def measure(seconds: float, wanted: tuple[str, ...]) -> list[Section]:
    """The wanted parts, printed as they come."""
    found: list[Section] = []
    ceiling: float | None = None

    def take(*sections: Section) -> None:
        for section in sections:
            found.append(section)
            print(text(section), flush=True)

    if "ceiling" in wanted:
        section, ceiling = await bare.measured(seconds / 4)
        take(section)
    if "sustained" in wanted:
        take(*await sustained.measured(seconds, ceiling))
    if "latency" in wanted:
        take(await latency.measured(min(seconds, 30)))
    if "screen" in wanted:
        take(await screen.measured(min(seconds, 30)))
    if "demo" in wanted:
        take(*await demo.measured())
    if "rescoring" in wanted:
        take(*await asyncio.to_thread(rescoring.measured))
    return found


def main() -> None:
    """Measures what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long a rate is sustained (default: 60)")
    parser.add_argument(
        "only", nargs="*", metavar="part", help=f"only these parts, of {', '.join(PARTS)} (no page then)"
    )
    parser.add_argument("--only", choices=PARTS, action="append", dest="more", help="only this part, too")
    chosen = parser.parse_args()
    only = (*chosen.only, *(chosen.more or ()))
    if unknown := [part for part in only if part not in PARTS]:
        parser.error(f"no such part: {', '.join(unknown)} (there are {', '.join(PARTS)})")
    before = os.getloadavg()[0]
    sections = asyncio.run(measure(chosen.seconds, only or PARTS))
    if not only:
        busy = f"Other programs kept {before:.1f} processes busy when it began." if before > 0.5 else ""
        command = "python -m tests.bench" + (f" --seconds {chosen.seconds:g}" if chosen.seconds != 60 else "")
        PAGE.write_text(page(sections, command, busy), encoding="utf-8")
        print(f"\nwritten: {PAGE}")


if __name__ == "__main__":
    main()
