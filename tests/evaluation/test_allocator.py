"""Evaluation tells Polars' allocator what to keep before Polars is there to read it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from services.evaluation.allocator import KEEPS

MAIN = Path(__file__).parents[2] / "services" / "evaluation" / "__main__.py"


def test_nothing_loads_polars_before_the_allocator_is_told() -> None:
    begins = MAIN.read_text(encoding="utf-8").partition("gc.disable")[0]
    [(name, value)] = KEEPS.items()
    said = f"import sys\nassert 'polars' not in sys.modules and os.environ[{name!r}] == {value!r}"
    subprocess.run([sys.executable, "-c", f"{begins}\n{said}"], check=True, timeout=60)
