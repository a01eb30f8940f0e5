"""Prove that every check can fail: switch a fault on, and check that its criteria turn red and no others."""
