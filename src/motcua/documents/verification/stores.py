"""The document security store itself. No signature covers it, so each thing in it must prove
itself: certificates and lists by the signature of whoever issued them, the rest by its meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha1
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader

from motcua.documents.verification.report import Broken

_KEYS = {"/Type", "/Certs", "/CRLs", "/OCSPs", "/VRI"}
_ENTRY_KEYS = {"/Type", "/Cert", "/CRL", "/OCSP", "/TU", "/TS"}
_LISTED = {"/Cert": "/Certs", "/CRL": "/CRLs", "/OCSP": "/OCSPs"}
DAMAGED = "Phần xác thực kèm theo chữ ký bị hỏng hoặc bị sửa."


def proven(reader: PdfFileReader, signatures: Sequence[Any], roots: list[x509.Certificate]) -> bool:
    """Whether every certificate and list in the store was issued by one of `roots` or by another
    that is at hand. Raises `Broken` for a store that is not built as one."""
    if "/DSS" not in reader.root:
        return True
    store = reader.root["/DSS"]
    _shape(store, _KEYS, "/DSS")
    certificates = [_certificate(held) for held in _streams(store, "/Certs")]
    lists = [_list(held) for held in _streams(store, "/CRLs", DecodePurpose.CRL)]
    _entries(store, signatures)
    known = [*roots, *certificates, *_in_signatures(signatures)]
    issued = [_issued(one, known, roots) for one in certificates]
    return all([*issued, *(_listed(one, known) for one in lists)])


def _shape(dictionary: Any, keys: set[str], name: str) -> None:
    if not isinstance(dictionary, generic.DictionaryObject) or set(dictionary) - keys:
        raise Broken(DAMAGED)
    if str(dictionary.get("/Type", name)) != name:
        raise Broken(DAMAGED)


def _references(dictionary: Any, key: str) -> list[tuple[int, int, Any]]:
    if key not in dictionary:
        return []
    held = dictionary[key]
    if not isinstance(held, generic.ArrayObject):
        raise Broken(DAMAGED)
    found = [held.raw_get(index) for index in range(len(held))]
    if not all(isinstance(one, generic.IndirectObject) for one in found):
        raise Broken(DAMAGED)
    return [(one.idnum, one.generation, one) for one in found]


def _streams(
    store: Any, key: str, purpose: DecodePurpose = DecodePurpose.CERTIFICATE
) -> Iterable[bytes]:
    for _, _, reference in _references(store, key):
        held = reference.get_object()
        if not isinstance(held, generic.StreamObject):
            raise Broken(DAMAGED)
        yield held.read_data(purpose)


def _certificate(encoded: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(encoded)
    except ValueError as error:
        raise Broken(DAMAGED) from error


def _list(encoded: bytes) -> x509.CertificateRevocationList:
    try:
        return x509.load_der_x509_crl(encoded)
    except ValueError as error:
        raise Broken(DAMAGED) from error


def _entries(store: Any, signatures: Sequence[Any]) -> None:
    """What the store says of single signatures: each of one in this file, and of nothing that the
    whole store does not list."""
    if "/VRI" not in store:
        return
    entries = store["/VRI"]
    names = {name for signature in signatures for name in _names(signature.pkcs7_content)}
    if not isinstance(entries, generic.DictionaryObject) or set(entries) - names - {"/Type"}:
        raise Broken(DAMAGED)
    for name in set(entries) - {"/Type"}:
        entry = entries[name]
        _shape(entry, _ENTRY_KEYS, "/VRI")
        for key, whole in _LISTED.items():
            everything = {one[:2] for one in _references(store, whole)}
            if not {one[:2] for one in _references(entry, key)} <= everything:
                raise Broken(DAMAGED)


def _names(contents: bytes) -> Iterable[str]:
    """What writers call the entry of a signature: the SHA-1 of its contents as they stand in the
    file, or of what they stand for."""
    text = contents.hex().encode()
    for written in (contents, text, text.upper()):
        yield "/" + sha1(written, usedforsecurity=False).hexdigest().upper()


def _in_signatures(signatures: Sequence[Any]) -> Iterable[x509.Certificate]:
    for signature in signatures:
        try:
            held = [signature.signer_cert, *signature.other_embedded_certs]
            yield from (x509.load_der_x509_certificate(one.dump()) for one in held)
        except ValueError:
            continue  # judged with the signature


def _issued(
    certificate: x509.Certificate, known: list[x509.Certificate], roots: list[x509.Certificate]
) -> bool:
    """Whether it is one of `roots`, or somebody else who is known issued it."""
    if certificate in roots:
        return True
    for issuer in known:
        if issuer == certificate:
            continue
        try:
            certificate.verify_directly_issued_by(issuer)
        except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
            continue
        return True
    return False


def _listed(found: x509.CertificateRevocationList, known: list[x509.Certificate]) -> bool:
    """Whether the one in whose name the list of revoked certificates stands signed it."""
    for issuer in known:
        if issuer.subject != found.issuer:
            continue
        try:
            if found.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type] # a key that cannot sign raises TypeError, caught here
                return True
        except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
            continue
    return False
