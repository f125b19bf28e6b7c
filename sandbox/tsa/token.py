"""Timestamp tokens: one RFC 3161 request in, one response out, no network and no files."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sandbox.tsa.authority import Authority

POLICY = "0.4.0.2023.1.1"  # best-practices-ts-policy, ETSI EN 319 421
DIGEST_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}  # SHA-1 is refused


class Response(core.Sequence):
    """TimeStampResp with its token optional, as RFC 3161 2.4.2 has it for a refusal."""

    _fields = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


class Refused(Exception):
    """The request cannot be granted. `failure` is a name of PKIFailureInfo (RFC 3161 2.4.2)."""

    def __init__(self, failure: str, text: str) -> None:
        super().__init__(text)
        self.failure = failure
        self.text = text


def respond(authority: Authority, query: bytes, now: datetime) -> bytes:
    """The DER response to the DER request `query`, granted or rejected. `now` is aware UTC."""
    try:
        request = _parse(query)
        answer = Response(
            {"status": {"status": "granted"}, "time_stamp_token": _token(authority, request, now)}
        )
    except Refused as refused:
        answer = Response(
            {
                "status": {
                    "status": "rejection",
                    "status_string": [refused.text],
                    "fail_info": {refused.failure},
                }
            }
        )
    dumped: bytes = answer.dump()
    return dumped


def _parse(query: bytes) -> tsp.TimeStampReq:
    """The request, checked. Raises `Refused`."""
    try:
        request = tsp.TimeStampReq.load(query, strict=True)
        imprint = request["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].native
        digest = imprint["hashed_message"].native
        policy = request["req_policy"].native
        extensions = request["extensions"].native
        version = request["version"].native
    except (ValueError, TypeError, KeyError) as error:
        raise Refused("bad_data_format", "yêu cầu không đúng khuôn dạng RFC 3161") from error
    if version != "v1":
        raise Refused("bad_request", "chỉ nhận yêu cầu phiên bản 1")
    if algorithm not in DIGEST_SIZES:
        raise Refused("bad_alg", f"không nhận thuật toán băm {algorithm}")
    if len(digest) != DIGEST_SIZES[algorithm]:
        raise Refused("bad_data_format", f"giá trị băm {algorithm} sai độ dài")
    if policy not in (None, POLICY):
        raise Refused("unaccepted_policy", f"không có chính sách {policy}")
    if extensions:
        raise Refused("unaccepted_extensions", "không nhận phần mở rộng")
    return request


def _token(authority: Authority, request: tsp.TimeStampReq, now: datetime) -> cms.ContentInfo:
    certificate = _asn1(authority.certificate)
    info = {
        "version": "v1",
        "policy": POLICY,
        "message_imprint": request["message_imprint"],
        "serial_number": secrets.randbits(63),
        "gen_time": now.replace(microsecond=0),
        "accuracy": {"seconds": 1},
        "tsa": x509.GeneralName("directory_name", certificate.subject),
    }
    if request["nonce"].native is not None:
        info["nonce"] = request["nonce"]
    content = tsp.TSTInfo(info).dump()
    attributes = _signed_attributes(certificate, content, now)
    signature = authority.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
    digest_algorithm = algos.DigestAlgorithm({"algorithm": "sha256"})
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number",
            {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
        ),
        "digest_algorithm": digest_algorithm,
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signed_attrs": attributes,
        "signature": signature,
    }
    signed = {
        "version": "v3",
        "digest_algorithms": [digest_algorithm],
        "encap_content_info": {
            "content_type": "tst_info",
            "content": cms.ParsableOctetString(content),
        },
        "signer_infos": [signer],
    }
    if request["cert_req"].native:
        signed["certificates"] = [
            cms.CertificateChoices("certificate", certificate),
            cms.CertificateChoices("certificate", _asn1(authority.root)),
        ]
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})


def _signed_attributes(
    certificate: x509.Certificate, content: bytes, now: datetime
) -> cms.CMSAttributes:
    """What the signature covers: the kind and digest of the content, when, and by which
    certificate (ESSCertIDv2, RFC 5816)."""
    chosen = tsp.SigningCertificateV2(
        {
            "certs": [
                {
                    "hash_algorithm": {"algorithm": "sha256"},
                    "cert_hash": sha256(certificate.dump()).digest(),
                    "issuer_serial": {
                        "issuer": [x509.GeneralName("directory_name", certificate.issuer)],
                        "serial_number": certificate.serial_number,
                    },
                }
            ]
        }
    )
    time = cms.Time("utc_time", core.UTCTime(now.replace(microsecond=0)))
    values = {
        "content_type": "tst_info",
        "signing_time": time,
        "message_digest": sha256(content).digest(),
        "signing_certificate_v2": chosen,
    }
    return cms.CMSAttributes(
        [cms.CMSAttribute({"type": kind, "values": [value]}) for kind, value in values.items()]
    )


def _asn1(certificate: object) -> x509.Certificate:
    encoded = certificate.public_bytes(serialization.Encoding.DER)  # type: ignore[attr-defined] # a cryptography certificate; typed as object to keep two libraries' names apart
    return x509.Certificate.load(encoded)
