"""Users of XCodeReviewer at work; run it from the project's folder: locust -f load/locustfile.py --headless --phase PHASE."""

from load.comparison import READS
from load.crowd import Crowd
from load.lead import Lead
from load.migrating import Migrating
from load.newcomer import Newcomer
from load.reviewer import Reviewer
from rollout.locust_plugin.plugin import install

__all__ = ["Crowd", "Lead", "Migrating", "Newcomer", "Reviewer"]

install(READS)
