"""Every fault by name."""

from standin.faults.data import DATA_FAULTS
from standin.faults.model import Fault
from standin.faults.operations import OPERATIONS_FAULTS
from standin.faults.processes import PROCESS_FAULTS
from standin.faults.safety import SAFETY_FAULTS
from standin.faults.work import WORK_FAULTS

ALL = (*OPERATIONS_FAULTS, *SAFETY_FAULTS, *WORK_FAULTS, *DATA_FAULTS, *PROCESS_FAULTS)
CATALOGUE: dict[str, Fault] = {fault.name: fault for fault in ALL}
