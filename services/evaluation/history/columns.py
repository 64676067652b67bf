"""The types of the history's columns."""

from __future__ import annotations

import pyarrow as pa

MOMENT = pa.timestamp("us")
TIME = pa.time64("us")
DATE = pa.date32()
TEXT = pa.string()
COUNT = pa.int32()
TEXTS = pa.list_(TEXT)
COUNTS = pa.list_(COUNT)
