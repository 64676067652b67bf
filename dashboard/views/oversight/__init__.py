"""The oversight page: who observes which cells, and what the upper committees decided."""
