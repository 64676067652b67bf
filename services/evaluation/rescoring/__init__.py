"""Re-scoring: months through any lens, two lenses side by side, what moved and which item moved it; runs of it."""
