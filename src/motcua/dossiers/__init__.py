"""The heart: one applicant's run through one procedure, from draft to rated result.

`Dossier` is the summary a list shows; `TimelineEntry` rows are what happened, append-only. Leaves
the room: `DossierSubmitted`, `DossierAccepted`, `DossierProgressed`, `SupplementAsked`,
`SupplementAnswered`, `DossierExtended`, `DossierRefused`, `DossierWithdrawn`, `DossierStopped`,
`FeePaid`, `StepsOpened`, `ResultApproved`, `DossierCompleted`, `DossierReturned`.
"""
