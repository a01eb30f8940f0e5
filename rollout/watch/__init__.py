"""The monitor: looks at the system at fixed times and writes down what it saw, without an opinion."""
