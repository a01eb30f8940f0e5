"""Where a run leaves what it found."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "reports" / "out"


def phase_folder(target: str, phase: str) -> Path:
    """The folder of a phase's results on one target: decision, journals, Allure results."""
    return OUT / target / phase


def journals_of(target: str, phase: str) -> Path:
    """The folder of a phase's journals."""
    return phase_folder(target, phase) / "journals"
