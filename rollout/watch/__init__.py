"""The monitor: samples the system at fixed times and records the samples, without judging them."""
