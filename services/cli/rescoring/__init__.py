"""`nenep rescore`: from dials on the command line to a report, by a running system or from a file; and its formats."""
