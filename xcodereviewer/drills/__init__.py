"""What drills exercise of XCodeReviewer: its database, its flags, its deployment."""
