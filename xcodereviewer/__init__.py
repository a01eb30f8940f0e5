"""What only this rollout knows: the XCodeReviewer API, its test data, and how its stand-in is set up."""
