"""Observers on the command line: tables of coverage and of gaps, and their words."""
