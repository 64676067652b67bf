"""From facts to scores: measures, rules as Polars expressions, grades, explanations. Pure; no I/O."""
