"""Alerts carried out of the system, where that is switched on: a webhook for programs, e-mail for people."""
