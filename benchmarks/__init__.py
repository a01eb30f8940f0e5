"""Measurements beside other tools, and of the statistics: python -m benchmarks."""
