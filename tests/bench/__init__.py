"""What the system does in numbers: `python -m tests.bench` prints them and writes docs/benchmarks.md."""
