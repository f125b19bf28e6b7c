"""Who vouches: the chains of signer and timestamp, what their certificates are made for, and the
lists of revoked certificates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

MAY_SIGN = KeyUsageConstraints(key_usage={"non_repudiation"})
DOCUMENT_PURPOSES = {
    "1.3.6.1.5.5.7.3.36",  # document signing, RFC 9336
    "microsoft_document_signing",
    "adobe_authentic_documents_trust",
    "email_protection",
    "any_extended_key_usage",
}


def context(roots: list[x509.Certificate], store: Any, moment: datetime) -> ValidationContext:
    """Trust `roots` alone, as of `moment`, with the certificates and lists in the file's `store`.
    A certificate on whose revocation nothing at hand speaks is not trusted. A list that is younger
    than `moment` is better, not worse: it still names who had been revoked by then."""
    options: dict[str, Any] = {
        "trust_roots": [asn1(root) for root in roots],
        "crls": [],
        "allow_fetching": False,
        "revocation_mode": "require",
        "retroactive_revinfo": True,
        "moment": moment,
        "best_signature_time": moment,
    }
    if store is None:
        return ValidationContext(**options)
    found: ValidationContext = store.as_validation_context(options)
    return found


def made_for_documents(certificate: Any) -> bool:
    """A certificate that names its purposes must name one of signing documents or messages; one
    that names none is judged by its key usage alone. An authority's own is not for documents."""
    usage = certificate.extended_key_usage_value
    named = set(usage.native) if usage is not None else DOCUMENT_PURPOSES
    return bool(named & DOCUMENT_PURPOSES) and not certificate.ca


def made_for_timestamps(certificate: Any) -> bool:
    """RFC 3161 2.3: exactly one extended key usage, timeStamping, marked critical."""
    usage = certificate.extended_key_usage_value
    return (
        usage is not None
        and usage.native == ["time_stamping"]
        and "extended_key_usage" in certificate.critical_extensions
    )


def stored_lists(store: Any) -> Iterator[bytes]:
    """The revocation lists in the file's store, DER."""
    for reference in store.crls if store is not None else ():
        yield reference.get_object().read_data(DecodePurpose.CRL)


def revoked_by(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    moment: datetime,
    lists: Iterable[bytes],
) -> bool:
    """Whether any list that `issuer` signed says that `certificate` was revoked at `moment`.

    The path validation is content with one good list; a forger would bring an old one. Here every
    list at hand is asked.
    """
    for encoded in lists:
        try:
            found = x509.load_der_x509_crl(encoded)
            if found.issuer != issuer.subject:
                continue
            if not found.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type] # a key that cannot sign raises TypeError, caught here
                continue
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            continue
        entry = found.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is not None and entry.revocation_date_utc <= moment:
            return True
    return False


def asn1(certificate: x509.Certificate) -> Any:
    from asn1crypto.x509 import Certificate

    return Certificate.load(certificate.public_bytes(Encoding.DER))
