"""The hot path of one worker process: users, arrivals, the HTTP client, and what is counted."""
