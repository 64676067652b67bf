"""Meetings of cells, event-sourced, from the plan to the correction; their observers; and the year's thematic work."""
