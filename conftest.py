"""Names the plugin and the fixtures of every suite; no logic."""

pytest_plugins = ["rollout.pytest_plugin", "rollout.fixtures"]
