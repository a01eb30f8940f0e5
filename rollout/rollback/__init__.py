"""
Carry out the rollback procedures of the plan on Kubernetes deployments, step by step, each with a check of its effect.
"""
