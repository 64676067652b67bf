"""The Streamlit script: language, year and the page that the address asks for."""

from __future__ import annotations

import re
from contextlib import suppress

import streamlit as st

from dashboard.going import settle
from dashboard.house import house
from dashboard.hub.years import Unreachable
from dashboard.screens.cell import cell_page
from dashboard.screens.oversight import oversight_page
from dashboard.screens.overview import overview
from dashboard.screens.rescore import rescore_page
from dashboard.views.oversight.address import PAGE as OVERSIGHT
from dashboard.views.rescoring.address import PAGE as RESCORE
from dashboard.words.texts import choose, texts
from services.contracts.receipts import Refused

PATIENCE_S = 3.0

address = settle()
words = texts(choose(address.get("lang"), st.context.locale))
st.set_page_config(page_title=words.say("Nền Nếp"), page_icon="🟩", layout="wide")
here = house()
asked = address.get("year", "")
follow = not re.fullmatch(r"(19[3-9]|20\d|21\d)\d", asked)
year = here.hub.this_year if follow else int(asked)
with suppress(Unreachable, Refused):
    year = here.hub.settle_year(PATIENCE_S) if follow else year
    here.hub.watch(year, PATIENCE_S)
cell = address.get("cell")
page = address.get("page")
if page == RESCORE:
    rescore_page(here, year, words)
elif page == OVERSIGHT:
    oversight_page(here, year, words)
elif cell:
    cell_page(here, cell, year, address.get("period"), words)
else:
    overview(here, year, follow, words)
