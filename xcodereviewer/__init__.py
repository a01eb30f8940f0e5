"""What only this rollout knows: the XCodeReviewer API, its test data, its targets, and what its stand-in can break."""

from xcodereviewer.suite import SUITE

__all__ = ["SUITE"]
