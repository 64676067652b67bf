"""One module a command: its function `command` is what Typer shows and runs."""
