"""Evaluation: the history, the criteria, the scores. Reads the event stream, publishes scores as they change."""
