"""Faults that the application cannot show by itself."""

from pathlib import Path

from standin.fault_actions import ACTIONS
from standin.faults import CATALOGUE

FRONTEND = Path(__file__).resolve().parents[2] / "standin" / "frontend"


def performed_by_frontend() -> set[str]:
    """The faults of the catalogue that the frontend's code names."""
    code = "".join(path.read_text(encoding="utf-8") for path in FRONTEND.glob("*.py"))
    return {name for name in CATALOGUE if f'"{name}"' in code}


def test_every_fault_of_processes_and_data_is_performed_by_somebody() -> None:
    """
    A fault that the catalogue names and nobody performs would prove nothing.
    """
    outside = {name for name, fault in CATALOGUE.items() if fault.kind != "flag"}
    assert outside == ACTIONS.keys() | performed_by_frontend()
