"""Named defects that the stand-in shows on demand, to prove that a check can fail."""

from standin.faults.catalogue import CATALOGUE
from standin.faults.model import Fault
from standin.faults.switch import active, configure

__all__ = ["CATALOGUE", "Fault", "active", "configure"]
