"""Names the plugin of the engine."""

pytest_plugins = ["rollout.pytest_plugin"]
