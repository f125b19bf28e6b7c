"""Timestamp tokens (RFC 3161) for bytes that are no PDF: asking for one, and checking one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from motcua.documents.timestamps import TimestampUnavailable
from motcua.foundation.outgoing import web

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class BadToken(Exception):
    """The token does not prove what it should. Says why, in words for `Break.problem`."""


def ask(url: str, content: bytes, seconds: float = 10.0) -> bytes:
    """A token (DER) over the SHA-256 of `content`. Raises `TimestampUnavailable`."""
    from asn1crypto import tsp

    query = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {
                "hash_algorithm": {"algorithm": "sha256"},
                "hashed_message": sha256(content).digest(),
            },
            "nonce": secrets.randbits(63),
            "cert_req": True,
        }
    )
    kind = {"Content-Type": "application/timestamp-query"}
    try:
        with web.client(seconds) as client:
            answer = client.post(url, content=query.dump(), headers=kind)
        said = tsp.TimeStampResp.load(answer.raise_for_status().content)
        status = said["status"]["status"].native
        if status not in ("granted", "granted_with_mods"):
            raise TimestampUnavailable(f"{url}: {status}")
        token: bytes = said["time_stamp_token"].dump()
        nonce = _told(_signed_data(token))["nonce"].native
    except (httpx.HTTPError, ValueError, KeyError, TypeError, BadToken) as error:
        raise TimestampUnavailable(f"{url}: {error}") from error
    if nonce != query["nonce"].native:
        raise TimestampUnavailable(f"{url}: it answered another question")
    return token


def check(token: bytes, content: bytes, roots: Sequence[x509.Certificate]) -> datetime:
    """The moment that `token` proves for `content`, aware. Raises `BadToken`. Its authority must
    be a root of `roots` or have a certificate for timestamps from one, good at that moment."""
    try:
        data = _signed_data(token)
        told = _told(data)
        imprint = told["message_imprint"]
        if imprint["hash_algorithm"]["algorithm"].native != "sha256":
            raise BadToken("timestamp with another digest than SHA-256")
        if imprint["hashed_message"].native != sha256(content).digest():
            raise BadToken("timestamp of something else")
        moment: datetime = told["gen_time"].native
        signer = data["signer_infos"][0]
        attributes = {one["type"].native: one["values"][0] for one in signer["signed_attrs"]}
        digest_name = signer["digest_algorithm"]["algorithm"].native
        digest = hashes.Hash(_HASHES[digest_name]())
        digest.update(bytes(data["encap_content_info"]["content"]))
        if attributes["message_digest"].native != digest.finalize():
            raise BadToken("timestamp altered")
        certificates = [
            x509.load_der_x509_certificate(one.chosen.dump()) for one in data["certificates"]
        ]
        serial = signer["sid"].chosen["serial_number"].native
        own = next(one for one in certificates if one.serial_number == serial)
        _signed_by(own, signer, digest_name)
    except (ValueError, KeyError, TypeError, IndexError, StopIteration, AttributeError) as error:
        raise BadToken("timestamp cannot be read") from error
    if not trusted(own, certificates, roots, moment) or not _for_timestamps(own):
        raise BadToken("timestamp of an unknown authority")
    return moment


def moment(token: bytes) -> datetime:
    """What the token says, without judging it. Raises `BadToken`."""
    try:
        said: datetime = _told(_signed_data(token))["gen_time"].native
    except (ValueError, KeyError, TypeError) as error:
        raise BadToken("timestamp cannot be read") from error
    return said


def trusted(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
) -> bool:
    """Whether a chain leads from `certificate` over authorities among `others` to one of `roots`,
    all of them good at that moment."""
    known = {root.fingerprint(hashes.SHA256()) for root in roots}
    here = certificate
    for _ in range(6):
        if not here.not_valid_before_utc <= at <= here.not_valid_after_utc:
            return False
        if here.fingerprint(hashes.SHA256()) in known:
            return True
        above = next((one for one in [*roots, *others] if _issued(here, one)), None)
        if above is None or above == here:
            return False
        here = above
    return False


def _issued(below: x509.Certificate, above: x509.Certificate) -> bool:
    try:
        constraints = above.extensions.get_extension_for_class(x509.BasicConstraints).value
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return constraints.ca


def _for_timestamps(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return x509.ExtendedKeyUsageOID.TIME_STAMPING in usage


def _signed_by(certificate: x509.Certificate, signer: Any, digest_name: str) -> None:
    """Raises `BadToken` unless the signature over the attributes is the certificate's."""
    attributes = signer["signed_attrs"].untag().dump(force=True)
    signature, key = signer["signature"].native, certificate.public_key()
    digest = _HASHES[digest_name]()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, attributes, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, attributes, padding.PKCS1v15(), digest)
        else:
            raise BadToken("timestamp with a signature of an unknown kind")
    except InvalidSignature as error:
        raise BadToken("timestamp with a wrong signature") from error


def _signed_data(token: bytes) -> Any:
    from asn1crypto import cms

    return cms.ContentInfo.load(token, strict=True)["content"]


def _told(data: Any) -> Any:
    from asn1crypto import tsp

    if data["encap_content_info"]["content_type"].native != "tst_info":
        raise BadToken("timestamp of another kind")
    return tsp.TSTInfo.load(bytes(data["encap_content_info"]["content"]))
