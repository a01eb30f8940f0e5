"""Sources of samples: each samples some metrics of a target and is found by entry point `rollout.sources`."""
