"""The engine: plan, evidence, judge and the producers that feed them."""

__version__ = "0.1.0"
