"""The procedures of the plan carried out on a deployment of Kubernetes: step by step, each seen to take effect."""
