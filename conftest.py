"""Names the plugin and the fixtures of the suite; no logic."""

pytest_plugins = ["rollout.pytest_plugin", "xcodereviewer.fixtures"]
