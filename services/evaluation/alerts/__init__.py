"""Alerts: `rules` say what holds on a day, `raising` records what comes and goes, `delivery` carries it out."""
