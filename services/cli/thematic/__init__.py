"""A year's thematic work and model meetings on the command line: tables and their words."""
