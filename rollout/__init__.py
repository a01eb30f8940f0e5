"""The engine: plan, evidence, judge and the producers that feed them."""
