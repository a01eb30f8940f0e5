"""Sources of samples: each takes some metrics of a target and is found by entry point `rollout.sources`."""
