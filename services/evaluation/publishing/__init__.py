"""Criteria sets as events: who may publish, amend or withdraw one, and what that leaves in force. Runs are recorded in
the same store."""
