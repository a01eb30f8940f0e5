"""Load that tells the truth: planned arrivals, exact counters, and evidence written while it happens."""
