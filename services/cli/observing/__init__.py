"""Coverage by observers on the command line: its tables and their words."""
