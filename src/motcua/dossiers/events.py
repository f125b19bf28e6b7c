"""What leaves the room. Each event names the dossier and the timeline entry that tells the rest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DossierSubmitted:
    dossier_id: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class DossierAccepted:
    dossier_id: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class DossierProgressed:
    """A step was finished; the dossier stays in process."""

    dossier_id: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class DossierHandedOver:
    """By decree another agency decides it from now on."""

    dossier_id: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class SupplementAsked:
    dossier_id: int
    entry_id: int
    request_id: int


@dataclass(frozen=True, slots=True)
class SupplementAnswered:
    dossier_id: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class DossierExtended:
    """The applicant was given a later date, once."""

    dossier_id: int
    entry_id: int
    extension_id: int


@dataclass(frozen=True, slots=True)
class DossierReopened:
    """A decision has it settled anew."""

    dossier_id: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class ResultRevoked:
    """A decision has taken the result back; the state stays."""

    dossier_id: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class DossierRefused:
    dossier_id: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class DossierWithdrawn:
    """The applicant asks to stop (state 7); `DossierStopped` follows at once."""

    dossier_id: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class DossierStopped:
    """Withdrawn by the applicant, or stopped for another legal reason."""

    dossier_id: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class FeePaid:
    dossier_id: int
    entry_id: int
    charge_id: int


@dataclass(frozen=True, slots=True)
class StepsOpened:
    """Work items that something other than an officer must act on: the applicant, a job, or a
    document to prepare."""

    dossier_id: int
    item_ids: list[int]


@dataclass(frozen=True, slots=True)
class ResultApproved:
    """The approver decided; the worker signs."""

    dossier_id: int
    document_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class DossierCompleted:
    dossier_id: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class DossierReturned:
    dossier_id: int
    entry_id: int
