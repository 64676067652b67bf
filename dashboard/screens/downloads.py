"""What can be taken home from the re-scoring page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.screens.listed import Listed
from dashboard.views.rescoring.address import Asked
from dashboard.views.rescoring.moves import csv_of
from dashboard.words.texts import Texts
from services.contracts.rescoring import RunReceipt


def downloads(
    asked: Asked, listed: Listed | None, receipt: RunReceipt | None, draft: Callable[[], str] | None, words: Texts
) -> None:
    """The list as CSV, the receipt, and the draft (YAML, as `nenep criteria check` reads it)."""
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
        if draft:
            st.download_button(
                words.say("The draft (YAML)"), draft, f"{asked.after.set}-draft.yaml", "application/yaml",
                on_click="ignore",
            )  # fmt: skip
