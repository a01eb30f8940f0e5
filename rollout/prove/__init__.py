"""Prove that every check can fail: switch a fault on, see its criteria turn red and no other."""
