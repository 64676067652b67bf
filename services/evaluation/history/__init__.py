"""The history: everything the services ever said, in append-only columns (DuckDB), with three times on every row.

Business time (`held_on`, `valid_from`), knowledge time (`recorded_at`) and the position in the event stream. What was
known on a day is a query (`facts`), never a stored state.
"""
