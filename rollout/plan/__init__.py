"""The rollout plan as data: read, checked, and refused before any request is sent."""

from rollout.plan.criterion import Absence, Criterion, EvidenceSource, Support
from rollout.plan.document import Plan
from rollout.plan.limit import Limit
from rollout.plan.parse import PlanError, load_plan
from rollout.plan.phase import Phase

__all__ = ["Absence", "Criterion", "EvidenceSource", "Limit", "Phase", "Plan", "PlanError", "Support", "load_plan"]
