"""What identifies the facts that a run saw."""

from __future__ import annotations

import polars as pl

from services.evaluation.rescoring.compare import Side
from services.evaluation.scoring.digest import FrameDigest
from services.evaluation.scoring.exact import divided
from services.evaluation.scoring.facts import FACTS

IDENTIFIED = [name for name in FACTS if name not in ("position", "recorded_at")]
"""The facts that a digest identifies: what was said, not when and where in the stream it was recorded (a replay from a
file does not keep that; what was known when is in the question's dials)."""
_SCHEMA = pl.Schema({name: FACTS[name] for name in IDENTIFIED} | {"marks": pl.List(pl.Float64)})
_MARKS_IN_POINTS = pl.col("marks").list.eval(divided(pl.element(), 100))


class FactsSeen:
    """What identifies the facts seen on both sides (`shared`: they are the same), how many events are behind them, and
    the forms that marks were given on."""

    def __init__(self, *, shared: bool) -> None:
        self.before = FrameDigest(_SCHEMA)
        self.after = self.before if shared else FrameDigest(_SCHEMA)
        self.forms: set[str] = set()
        self._meetings, self._registry = 0, set[str]()

    @property
    def events(self) -> int:
        """How many events are behind the facts."""
        return self._meetings + len(self._registry)

    def update(self, before: Side, after: Side) -> None:
        """The next of both sides' facts: all that either has of these cells and months."""
        sides = [(self.before, before.facts)]
        if self.after is not self.before:
            sides.append((self.after, after.facts))
        for digest, facts in sides:
            digest.update(facts.select(IDENTIFIED).with_columns(_MARKS_IN_POINTS))
            self.forms.update(facts["marks_criteria"].drop_nulls().unique())
            self._registry.update(facts["registry_event"].drop_nulls().unique())
        self._meetings += pl.concat(facts["event"].drop_nulls() for _, facts in sides).n_unique()
