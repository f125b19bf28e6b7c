"""Passkeys (WebAuthn level 2) as a second factor, by Yubico's `fido2`.

`site` is the name of the house as browsers know it: a passkey made for one name says nothing to
another, which is why it cannot be phished. Browsers take no bare address of numbers as a name.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from motcua.people.errors import WrongPasskey

LONGEST_ANSWER = 20_000
"""Characters; a real answer has some two thousand."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys belong: `host` is the name, `origin` scheme, name and port."""

    host: str
    origin: str

    @property
    def can_have_passkeys(self) -> bool:
        """Whether browsers offer passkeys here: over TLS, or on this machine by its name."""
        if self.host == "localhost":
            return True
        numbers = self.host.replace(".", "").isdigit() or ":" in self.host
        return not numbers and urlsplit(self.origin).scheme == "https"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser is asked for, as JSON for `navigator.credentials`, and what must be kept in
    the session until it answers."""

    options: dict[str, Any]
    state: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey: its id, its public key as attested, its count of signatures."""

    credential_id: bytes
    credential: bytes
    counter: int


@dataclass(frozen=True, slots=True)
class Used:
    """A passkey that answered."""

    credential_id: bytes
    counter: int


def _server(site: Site) -> Fido2Server:
    return Fido2Server(
        PublicKeyCredentialRpEntity(name="Một Cửa", id=site.host),
        verify_origin=lambda origin: origin == site.origin,
    )


def ask_for_new(site: Site, account_id: int, name: str, known: Sequence[bytes]) -> Asked:
    """Ask for a new passkey; `known` are the credentials the account has already."""
    user = PublicKeyCredentialUserEntity(
        id=f"account:{account_id}".encode(), name=name, display_name=name
    )
    options, state = _server(site).register_begin(
        user,
        [AttestedCredentialData(one) for one in known],
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Asked(dict(options), dict(state))


def made(site: Site, state: dict[str, Any], answer: str) -> Made:
    """The new passkey in the browser's `answer`. Raises `WrongPasskey`."""
    try:
        data = _server(site).register_complete(state, _parsed(answer))
        credential = data.credential_data
        if credential is None:
            raise WrongPasskey
        return Made(bytes(credential.credential_id), bytes(credential), data.counter)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WrongPasskey from error


def ask_for_use(site: Site, known: Sequence[bytes]) -> Asked:
    """Ask for one of the `known` credentials, and for the person behind it (PIN or finger)."""
    options, state = _server(site).authenticate_begin(
        [AttestedCredentialData(one) for one in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Asked(dict(options), dict(state))


def used(site: Site, state: dict[str, Any], known: Sequence[bytes], answer: str) -> Used:
    """Which passkey answered, and how often it says it was used. Raises `WrongPasskey`."""
    try:
        said = _parsed(answer)
        counter = AuthenticationResponse.from_dict(said).response.authenticator_data.counter
        one = _server(site).authenticate_complete(
            state, [AttestedCredentialData(credential) for credential in known], said
        )
        return Used(bytes(one.credential_id), counter)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WrongPasskey from error


def _parsed(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise WrongPasskey
    said = json.loads(answer)
    if not isinstance(said, dict):
        raise WrongPasskey
    return said
