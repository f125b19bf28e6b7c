"""Tables of work that name officers and that the second wall leaves open, and why."""

from __future__ import annotations

OPEN = {
    "processes_processdraft": "how an agency works; who wrote it is an officer at work",
    "processes_processinstance": "names a dossier by its row id and holds no answer of anybody's",
    "processes_workitem": "who is at work on which step; the wall itself asks it who was asked to"
    " do a step of a dossier (`dossiers.guarded`)",
}
