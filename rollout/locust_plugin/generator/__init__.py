"""The hot path of one worker process: users, arrivals, the HTTP client, and the counters."""
