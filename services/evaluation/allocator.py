"""How Polars' allocator treats memory that was given back to it."""

KEEPS = {"_RJEM_MALLOC_CONF": "dirty_decay_ms:2000"}
"""Environment, to be there before Polars is loaded, which puts its own settings before it.

What is free stays with the process for two seconds, not for half a one. At scale, asking the operating system for it
again took a fifth of the processor's time.
"""
