"""What the verification answers."""

from __future__ import annotations

from dataclasses import dataclass, field


class NotAPdf(Exception):
    """The bytes are no PDF at all."""


class Broken(Exception):
    """The file cannot be read as a PDF, or is built to mislead; `problem` says how, in
    Vietnamese."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature. Moments are ISO with offset, or None when the file does not say (or does not
    prove) them; `revocation` is good, revoked or unknown. `trusted` is the chain up to a root, the
    proven time within the certificate's, and a certificate made for signing documents."""

    field: str
    signer: str
    agency: str
    signed_at: str | None
    timestamped_at: str | None
    trusted: bool
    revocation: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `number` is the document's own number as its metadata give it at the first
    signature; `problem` says in Vietnamese why a file is not valid."""

    valid: bool
    intact: bool
    signatures: list[SignatureReport] = field(default_factory=list)
    number: str | None = None
    problem: str = ""
