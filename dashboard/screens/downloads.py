"""What can be taken home from the re-scoring page."""

from __future__ import annotations

from typing import Any

import orjson
import streamlit as st

from dashboard.screens.listed import Listed
from dashboard.views.rescoring.address import Asked
from dashboard.views.rescoring.moves import csv_of
from dashboard.words.texts import Texts
from services.contracts.rescoring import RunReceipt


def downloads(
    asked: Asked, listed: Listed | None, receipt: RunReceipt | None, document: dict[str, Any] | None, words: Texts
) -> None:
    """The list as CSV, the receipt, and the draft (JSON, which is YAML too: `nenep criteria check` reads it)."""
    name = asked.run or "rescore"
    with st.container(horizontal=True, key="downloads"):
        if listed and listed.count:
            st.download_button(
                words.say("The list (CSV)"),
                lambda: csv_of(listed.every()),
                f"{name}.csv",
                "text/csv",
                on_click="ignore",
            )
        if receipt:
            data = receipt.model_dump_json(indent=2, by_alias=True, exclude_none=True)
            st.download_button(
                words.say("The receipt (JSON)"), data, f"{name}.json", "application/json", on_click="ignore"
            )
        if document:
            text = orjson.dumps(document, option=orjson.OPT_INDENT_2)
            st.download_button(
                words.say("The draft (JSON)"), text, f"{document.get('id', 'draft')}-draft.json", "application/json",
                on_click="ignore",
            )  # fmt: skip
