"""View-models of the re-scoring pages: pure functions from answers and an address to what the templates show."""
