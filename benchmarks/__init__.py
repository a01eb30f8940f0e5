"""Comparisons with other load tools, and simulations of the statistics: python -m benchmarks."""
