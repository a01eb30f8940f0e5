"""Burn rates of an availability objective."""
