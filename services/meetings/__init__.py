"""Meetings of cells, event-sourced: planned, held, assessed, confirmed, corrected, withdrawn; and their observers."""
