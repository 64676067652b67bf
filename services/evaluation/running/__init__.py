"""The running score: each cell's month under the set in force, kept up with the history, changes ready to publish.

The outbox is the only store of scores: append-only, and the latest row of a cell and month is its score. What has to be
scored again follows from the history between two positions, so it does not matter how events were batched, whether
scoring was put off while catching up, or where a process was killed.
"""
