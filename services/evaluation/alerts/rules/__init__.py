"""The rules of alerts: pure functions from what the history says to what holds on a day. No broker, no database."""
