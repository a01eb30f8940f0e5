"""Every fault by name."""

from standin.faults.data_faults import DATA_FAULTS
from standin.faults.model import Fault
from standin.faults.operations_faults import OPERATIONS_FAULTS
from standin.faults.process_faults import PROCESS_FAULTS
from standin.faults.safety_faults import SAFETY_FAULTS
from standin.faults.workflow_faults import WORK_FAULTS

ALL = (*OPERATIONS_FAULTS, *SAFETY_FAULTS, *WORK_FAULTS, *DATA_FAULTS, *PROCESS_FAULTS)
CATALOGUE: dict[str, Fault] = {fault.name: fault for fault in ALL}
