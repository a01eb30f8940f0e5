"""What the worker does when a message arrives."""
