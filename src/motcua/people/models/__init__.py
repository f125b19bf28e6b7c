"""People, organisations and their accounts; what they may do, and who looked at what."""

from motcua.people.models.known import (
    Access,
    Account,
    AccountManager,
    Appointment,
    Consent,
    Factor,
    FailedSignIn,
    Kinship,
    OddLook,
    Organisation,
    Person,
    ProcessingStop,
    RecoveryCode,
    Role,
    Session,
    Sex,
)
from motcua.people.models.lent import Delegation, Leave, Mandate

__all__ = [
    "Access",
    "Account",
    "AccountManager",
    "Appointment",
    "Consent",
    "Delegation",
    "Factor",
    "FailedSignIn",
    "Kinship",
    "Leave",
    "Mandate",
    "OddLook",
    "Organisation",
    "Person",
    "ProcessingStop",
    "RecoveryCode",
    "Role",
    "Session",
    "Sex",
]
