"""Sources of metrics that only the API of XCodeReviewer reports."""
