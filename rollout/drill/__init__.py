"""Exercise the procedures of a rollback: what they do, how long they take, and what is left of the data."""
