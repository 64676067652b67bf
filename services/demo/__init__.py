"""The demo: a synthetic Lai Châu city that publishes as its wards would, the same for the same seed.

It imports only the contracts, and what it says goes through the intake like any other report. Every event's source
begins with `urn:nennep:demo`, so that what is synthetic stays visible for ever.
"""

from services.demo.live import LiveWard
from services.demo.reports import period_of, unit_of
from services.demo.timeline import history

__all__ = ["LiveWard", "history", "period_of", "unit_of"]
