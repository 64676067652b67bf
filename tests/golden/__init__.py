"""Golden replays: runs over the demo's seven years whose receipts are checked in, and replayed byte for byte.

`make golden` says what differs; `make golden why="..."` accepts an intended change: it writes the receipts anew and a
line into the changelog that names the impacted periods.
"""
