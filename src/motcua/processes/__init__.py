"""Internal processes: BPMN 2.0 run by SpiffWorkflow with CEL as its only expression language.

A process instance belongs to a `subject`, an integer that means something to the room above; its
open steps are `WorkItem` rows offered to a role of an agency (or to the applicant, or to a job).
Each action returns what was opened, finished and taken back; the room above tells the world, so no
event leaves this room.
"""
