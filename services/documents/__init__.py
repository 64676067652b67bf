"""Papers to be signed, and calendars: pure functions from what evaluation answers to the bytes of a file.

Whoever has asked (the command line, the dashboard) may make them. The same answer gives the same bytes.
"""
