"""The suite of this rollout: the XCodeReviewer API, its test data, its targets, and the faults of its stand-in."""

from xcodereviewer.suite import SUITE

__all__ = ["SUITE"]
