"""The load generator on Locust: an open model of planned arrivals, exact counters, and evidence written during the run."""
