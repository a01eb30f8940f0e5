"""The stand-in: a small XCodeReviewer backend on real PostgreSQL, Redis and Celery, booted and ended as one."""
