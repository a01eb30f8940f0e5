"""Procedures of a rollback exercised: what they do, how long they take, and what is left of the data."""
