"""`python -m tests.golden`: replays the golden runs; with a reason, accepts what is different."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from tests.golden.replay import carry_out, demo_history, differences, goldens, impacted, write

CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"
WIDTH = 118


def main(reason: str | None) -> int:
    """1 when something is different and no reason was given to accept it."""
    found: dict[str, list[str]] = {}
    wrong = 0
    with demo_history() as con:
        for golden in goldens():
            result = carry_out(con, golden)
            different = differences(golden, result)
            print(f"{golden.path.stem}: {'the same' if not different else 'different'}", flush=True)
            for one in different:
                print(f"  {one}"[:400])
            if not different:
                continue
            found[golden.path.stem] = impacted(golden, result)
            if reason is None:
                wrong = 1
            else:
                write(golden, result)
    if reason is not None and found:
        note(reason, found)
        print(f"accepted; {CHANGELOG.name} names the impacted periods")
    elif wrong:
        print('An intended change is accepted by: make golden why="what changed and for whom"')
    return wrong


def note(reason: str, found: dict[str, list[str]], changelog: Path = CHANGELOG) -> None:
    """A line in the changelog under the latest version: the reason, and each run's impacted periods."""
    periods = "; ".join(f"{name}: {spans(months)}" for name, months in found.items())
    said = _wrapped(f"{reason.strip().rstrip('.')}.", "- ")
    impact = _wrapped(f"Impacted periods (golden runs): {periods}.", "  ")
    text = changelog.read_text(encoding="utf-8")
    head = text.index("\n", text.index("\n## ") + 1) + 1
    changelog.write_text(f"{text[:head]}\n{said}\n{impact}{text[head:]}", encoding="utf-8")


def spans(months: Sequence[str]) -> str:
    """Months in words, runs of them from first to last; `none` when only what identifies the facts differs."""
    runs: list[list[str]] = []
    for month in months:
        year, number = map(int, month.split("-"))
        before = f"{year - (number == 1):04}-{(number - 2) % 12 + 1:02}"
        if runs and runs[-1][-1] == before:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs) or "none"


def _wrapped(text: str, indent: str) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=indent, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
    )


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:]).strip() or None))
