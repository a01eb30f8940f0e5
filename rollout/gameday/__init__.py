"""Game days: a fault is hidden, or none; people or the watch must notice it, decide and roll back."""
