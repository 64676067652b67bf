"""Observers judged: lines, coverage, proposals."""
