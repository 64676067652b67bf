"""Units and cells with their whole life, event-sourced: what was so from which day on, and since when it is known."""
