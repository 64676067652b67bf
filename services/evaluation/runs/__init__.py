"""Runs of re-scoring: carried out one after the other, with progress and cancel; their results kept in files."""
