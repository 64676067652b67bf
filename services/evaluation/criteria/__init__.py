"""Criteria sets, the complete dated documents that say what a meeting earns: format, loading, checks, shipped sets."""
