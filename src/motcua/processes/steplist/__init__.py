"""The simple editor's model: a process as an ordered list of steps, to BPMN and back.

`write` gives the BPMN file of a list, `read` the list of a file that is one; what a list cannot say
(branches side by side, several circles of time) `read` names with its place. Both ways nothing is
lost: `read(write(a)) == a`, and `write(read(text)) == text` for a text that `write` made.
"""

from motcua.processes.steplist.model import END, ListStep, NotAList, StepList, Way, faults
from motcua.processes.steplist.reading import read
from motcua.processes.steplist.writing import write

__all__ = ["END", "ListStep", "NotAList", "StepList", "Way", "faults", "read", "write"]
