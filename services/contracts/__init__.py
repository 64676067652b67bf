"""What is said on the bus: reports a ward publishes, events the services publish, receipts, queries, streams.

Imports nothing of ours. Everything that crosses a process border is a model in this package.
"""
