"""A frame's digest: the same rows however they lie in memory, another one for any other cell, name, type or order."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.scoring.digest import FrameDigest, digest
from tests.evaluation.scoring.sheets import frame, sheet

SCHEMA: dict[str, Any] = {
    "whole": pl.Int32,
    "real": pl.Float64,
    "yes": pl.Boolean,
    "day": pl.Date,
    "at": pl.Time,
    "moment": pl.Datetime("us", "UTC"),
    "span": pl.Duration("ms"),
    "text": pl.String,
    "raw": pl.Binary,
    "texts": pl.List(pl.String),
    "marks": pl.List(pl.Struct({"item": pl.String, "mark": pl.Float64})),
    "pair": pl.Struct({"item": pl.String, "marks": pl.List(pl.Float64)}),
}
TEXT = st.text(st.characters(codec="utf-8"), max_size=4)
REAL = st.floats(-1e9, 1e9)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "whole": st.integers(-(2**31), 2**31 - 1),
    "real": REAL,
    "yes": st.booleans(),
    "day": st.dates(),
    "at": st.times(),
    "moment": st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    "span": st.integers(-1000, 1000).map(lambda count: timedelta(milliseconds=count)),
    "text": TEXT,
    "raw": st.binary(max_size=4),
    "texts": st.lists(st.none() | TEXT, max_size=3),
    "marks": st.lists(
        st.none() | st.fixed_dictionaries({"item": st.none() | TEXT, "mark": st.none() | REAL}), max_size=3
    ),
    "pair": st.fixed_dictionaries({"item": st.none() | TEXT, "marks": st.none() | st.lists(REAL, max_size=2)}),
}
ROWS = st.lists(st.fixed_dictionaries({name: st.none() | values for name, values in VALUES.items()}), max_size=8)


def made(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA)


@settings(max_examples=25, deadline=None)
@given(rows=ROWS, data=st.data())
def test_rows_in_any_pieces_have_the_digest_of_the_whole(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    whole = made(rows)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=4)))
    pieces = [whole[one:other] for one, other in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    bit_by_bit = FrameDigest(whole.schema)
    for piece in pieces:
        bit_by_bit.update(piece)
    assert bit_by_bit.hexdigest() == digest(whole)
    assert digest(pl.concat(pieces, rechunk=False)) == digest(whole)
    assert digest(made(rows)) == digest(whole)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS.filter(bool), data=st.data())
def test_any_other_cell_gives_another_digest(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    place, name = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.sampled_from(list(SCHEMA)))
    other = data.draw((st.none() | VALUES[name]).filter(lambda value: value != rows[place][name]))
    changed = [{**row, name: other} if number == place else row for number, row in enumerate(rows)]
    assert digest(made(changed)) != digest(made(rows))


@settings(max_examples=25, deadline=None)
@given(rows=ROWS, data=st.data())
def test_values_hidden_under_nulls_are_not_in_it(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    """Masking a value and never having had it are the same rows, though their memory differs."""
    name = data.draw(st.sampled_from(list(SCHEMA)))
    masked = made(rows).with_columns(pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.col(name)).alias(name))
    never = made([{**row, name: row[name] if number % 2 == 0 else None} for number, row in enumerate(rows)])
    assert digest(masked) == digest(never)


def test_zeros_and_nans_of_any_kind_are_the_same() -> None:
    nan = -float("nan")
    assert digest(pl.DataFrame({"a": [0.0, float("nan")]})) == digest(pl.DataFrame({"a": [-0.0, nan]}))


@pytest.mark.parametrize(
    "other",
    [
        pl.DataFrame({"b": [1, 2]}),
        pl.DataFrame({"a": [2, 1]}),
        pl.DataFrame({"a": [1, 2]}, schema={"a": pl.Int32}),
        pl.DataFrame({"a": [1]}),
        pl.DataFrame({"a": [1, 2], "b": [None, None]}, schema={"a": pl.Int64, "b": pl.String}),
    ],
)
def test_names_types_order_and_number_of_rows_are_in_it(other: pl.DataFrame) -> None:
    assert digest(other) != digest(pl.DataFrame({"a": [1, 2]}))


def test_boundaries_between_texts_and_lists_are_in_it() -> None:
    for one, other in ((["ab", "c"], ["a", "bc"]), ([["a"], []], [[], ["a"]]), (["", None], [None, ""])):
        schema = {"a": pl.DataFrame({"a": one}).schema["a"]}
        assert digest(pl.DataFrame({"a": one}, schema=schema)) != digest(pl.DataFrame({"a": other}, schema=schema))


def test_the_layout_is_the_documented_one() -> None:
    """Written out by hand, so that another program can do it."""

    def sha(data: bytes) -> str:
        return hashlib.sha256(data).hexdigest()

    rows = pl.DataFrame({"n": [1, None], "t": ["é", None]}, schema={"n": pl.Int32, "t": pl.String})
    number = f"{sha((1).to_bytes(8, 'little'))} {sha((1).to_bytes(4, 'little') + bytes(4))}"
    lengths = (2).to_bytes(4, "little") + (-1).to_bytes(4, "little", signed=True)
    text = f"{sha(lengths)} {sha('é'.encode())}"
    assert digest(rows) == sha(f'nenep-frame/1\nrows 2\n"n" i4 {number}\n"t" text {text}'.encode())


def test_facts_have_a_digest() -> None:
    rows = frame(sheet(), sheet(meeting="b", marks_criteria=None, marks=None))
    assert digest(rows) != digest(rows.reverse())


def test_rows_of_other_columns_cannot_follow_and_what_has_no_layout_is_refused() -> None:
    started = FrameDigest(pl.Schema({"a": pl.Int64}))
    with pytest.raises(ValueError, match="cannot follow"):
        started.update(pl.DataFrame({"b": [1]}))
    with pytest.raises(TypeError, match="no layout"):
        digest(pl.DataFrame({"a": [None]}))
