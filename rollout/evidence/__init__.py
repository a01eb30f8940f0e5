"""Facts with time and origin: written once to journals, read together as a ledger."""

from rollout.evidence.journal import Journal, Origin, producer_name
from rollout.evidence.ledger import Ledger, read_ledger
from rollout.evidence.recorded_run import JournalState, Run
from rollout.evidence.records import Record

__all__ = ["Journal", "JournalState", "Ledger", "Origin", "Record", "Run", "producer_name", "read_ledger"]
