"""What identifies a frame: SHA-256 over its columns in a layout of our own, whatever memory and batches look like.

The layout (`nenep-frame/1`). Every column, and every column nested in it, is written as one or more parts; a part is a
sequence of bytes over all rows, numbers in little endian:

    fixed width   nulls: row numbers (int64, from 0) where it is null; values: null as zero, booleans as bytes, dates as
                  days, times as nanoseconds, moments and spans in their unit, -0.0 as 0.0 and every NaN as one
    text, bytes   lengths in bytes (int32, -1: null); the bytes (text as UTF-8)
    list          lengths (int32, -1: null); its elements, as a column of their own
    struct        nulls; its fields, each as a column

A part is hashed by itself, so rows can come in any number of pieces; the frame's digest is that of the lines
`nenep-frame/1`, `rows <count>` and, for each column, `<name as JSON> <type> <digests of its parts>`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import orjson
import polars as pl

LAYOUT = "nenep-frame/1"
_PLAIN: dict[type[pl.DataType], str] = {
    pl.Int8: "i1",
    pl.Int16: "i2",
    pl.Int32: "i4",
    pl.Int64: "i8",
    pl.UInt8: "u1",
    pl.UInt16: "u2",
    pl.UInt32: "u4",
    pl.UInt64: "u8",
    pl.Float32: "f4",
    pl.Float64: "f8",
    pl.Boolean: "bool",
    pl.Date: "date",
    pl.Time: "time",
    pl.String: "text",
    pl.Binary: "bytes",
}


class FrameDigest:
    """The digest of a frame of this schema whose rows come in pieces. TypeError for a type without a layout."""

    def __init__(self, schema: pl.Schema) -> None:
        self._schema, self._rows = schema, 0
        self._types = {name: type_name(dtype) for name, dtype in schema.items()}
        self._columns = {name: _Column(dtype) for name, dtype in schema.items()}

    def update(self, frame: pl.DataFrame) -> None:
        """The next rows. ValueError when they have other columns."""
        if frame.schema != self._schema:
            raise ValueError(f"rows of {frame.schema} cannot follow rows of {self._schema}")
        for name, column in self._columns.items():
            column.update(frame[name])
        self._rows += frame.height

    def hexdigest(self) -> str:
        """The digest (64 hexadecimal digits) of all rows until now."""
        lines = [LAYOUT, f"rows {self._rows}"]
        for name, column in self._columns.items():
            parts = " ".join(column.hexdigests())
            lines.append(f"{orjson.dumps(name).decode()} {self._types[name]} {parts}")
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def digest(frame: pl.DataFrame) -> str:
    """What identifies a frame: its columns, their types and order, its rows and their order."""
    found = FrameDigest(frame.schema)
    found.update(frame)
    return found.hexdigest()


def type_name(dtype: pl.DataType) -> str:
    """The name of a type in the layout: `i4`, `text`, `datetime[us,UTC]`, `list[struct{"item":text,"mark":f8}]`."""
    match dtype:
        case pl.Datetime(time_unit=unit, time_zone=zone):
            return f"datetime[{unit}{f',{zone}' if zone else ''}]"
        case pl.Duration(time_unit=unit):
            return f"duration[{unit}]"
        case pl.List(inner=inner):
            return f"list[{type_name(_instance(inner))}]"
        case pl.Struct(fields=fields):
            each = (f"{orjson.dumps(field.name).decode()}:{type_name(_instance(field.dtype))}" for field in fields)
            return f"struct{{{','.join(each)}}}"
    if type(dtype) not in _PLAIN:
        raise TypeError(f"a column of {dtype} has no layout for a digest")
    return _PLAIN[type(dtype)]


class _Column:
    """The parts of one column, and the columns nested in it."""

    def __init__(self, dtype: pl.DataType) -> None:
        self.dtype, self.rows = dtype, 0
        self.head, self.body = hashlib.sha256(), hashlib.sha256()
        self.nested: list[_Column] = []
        if isinstance(dtype, pl.List):
            self.nested = [_Column(_instance(dtype.inner))]
        elif isinstance(dtype, pl.Struct):
            self.nested = [_Column(_instance(field.dtype)) for field in dtype.fields]

    def update(self, values: pl.Series) -> None:
        if isinstance(self.dtype, pl.List):
            self._lengths(values.list.len())
            self.nested[0].update(values.explode(empty_as_null=False, keep_nulls=False))
        elif isinstance(self.dtype, pl.Struct):
            self._nulls(values)
            for place, column in enumerate(self.nested):
                column.update(values.struct[place])
        elif isinstance(self.dtype, pl.String | pl.Binary):
            text = values.str.len_bytes() if isinstance(self.dtype, pl.String) else values.bin.size()
            self._lengths(text)
            self.body.update(_bytes(values))
        else:
            self._nulls(values)
            self.body.update(_fixed(values))
        self.rows += len(values)

    def hexdigests(self) -> Iterator[str]:
        yield self.head.hexdigest()
        if not isinstance(self.dtype, pl.List | pl.Struct):
            yield self.body.hexdigest()
        for column in self.nested:
            yield from column.hexdigests()

    def _nulls(self, values: pl.Series) -> None:
        if values.null_count():
            self.head.update(_buffer(values.is_null().arg_true().cast(pl.Int64) + self.rows))

    def _lengths(self, lengths: pl.Series) -> None:
        self.head.update(_buffer(lengths.cast(pl.Int32).fill_null(-1)))


def _bytes(values: pl.Series) -> memoryview[int]:
    """The bytes of all texts, one after the other."""
    whole = values.drop_nulls().cast(pl.Binary).rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, data = whole.buffers()
    if offsets is None or data is None or not len(whole):
        return memoryview(b"")
    places = memoryview(offsets).cast("q")
    return memoryview(data)[places[whole.offset] : places[whole.offset + len(whole)]]


def _fixed(values: pl.Series) -> memoryview[int]:
    """The values with nothing hidden under their nulls, and one zero and one NaN."""
    plain = values.fill_null(False).cast(pl.UInt8) if values.dtype == pl.Boolean else values.to_physical().fill_null(0)
    if plain.dtype.is_float():
        plain = plain.set(plain == 0, 0.0).fill_nan(float("nan"))  # Polars adds 0.0 by doing nothing: -0.0 stays
    return _buffer(plain)


def _buffer(values: pl.Series) -> memoryview[int]:
    """The values of a column without nulls as they lie in memory (of little endian, as all machines here are)."""
    whole = values.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    data, width = whole.buffers()[1], whole.type.bit_width // 8
    if data is None:
        return memoryview(b"")
    return memoryview(data)[whole.offset * width : (whole.offset + len(whole)) * width]


def _instance(dtype: Any) -> pl.DataType:
    """The type as an instance, also where Polars keeps its class."""
    found: pl.DataType = dtype() if isinstance(dtype, type) else dtype
    return found
