"""The drills of XCodeReviewer: they exercise its database, its flags and its deployment."""
