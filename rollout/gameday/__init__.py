"""Game days: something is hidden, or nothing, and whoever watches has to notice, decide and roll back."""
