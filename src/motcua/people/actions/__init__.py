"""The acts that write people: knowing somebody, signing in, appointing, consenting, looking; and,
in their own modules, mandates and the staff of an agency."""

from motcua.people.actions.break_glass import (
    check_local_password,
    set_local_account,
    sign_in_locally,
)
from motcua.people.actions.consenting import give_consent, withdraw_consent
from motcua.people.actions.knowing import (
    EXPECTED,
    expect_account,
    upsert_organisation,
    upsert_person,
)
from motcua.people.actions.looking import record_access
from motcua.people.actions.posts import appoint, end_appointment
from motcua.people.actions.signing_in import account_from_claims, sign_in_from_claims, sign_out

__all__ = [
    "EXPECTED",
    "account_from_claims",
    "appoint",
    "check_local_password",
    "end_appointment",
    "expect_account",
    "give_consent",
    "record_access",
    "set_local_account",
    "sign_in_from_claims",
    "sign_in_locally",
    "sign_out",
    "upsert_organisation",
    "upsert_person",
    "withdraw_consent",
]
