"""A timestamp from the sandbox stands up to independent verifiers."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from asn1crypto import tsp

from sandbox.tsa import token
from sandbox.tsa.app import Server
from sandbox.tsa.authority import open_authority


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "tsa"


@pytest.fixture
def authority(folder):
    return open_authority(folder, "http://127.0.0.1:1")


def query(message=b"abc", algorithm="sha256", digest=None, **more):
    imprint = {
        "hash_algorithm": {"algorithm": algorithm},
        "hashed_message": sha256(message).digest() if digest is None else digest,
    }
    fields = {"version": "v1", "message_imprint": imprint, "nonce": 77, "cert_req": True, **more}
    return tsp.TimeStampReq(fields).dump()


def respond(authority, request):
    return token.Response.load(token.respond(authority, request, datetime.now(UTC)))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_accepts_the_token_under_the_root(authority, folder):
    message = "Giấy khai sinh".encode()
    request, reply, root = folder / "q.tsq", folder / "r.tsr", folder / "tsa-root.pem"
    request.write_bytes(query(message))
    reply.write_bytes(token.respond(authority, request.read_bytes(), datetime.now(UTC)))
    run = subprocess.run(
        ["openssl", "ts", "-verify", "-in", reply, "-queryfile", request, "-CAfile", root],
        capture_output=True,
        text=True,
    )
    assert "Verification: OK" in run.stdout, run.stderr


def test_the_nonce_and_the_digest_come_back_and_the_time_is_now(authority):
    answer = respond(authority, query(b"xyz"))
    assert answer["status"]["status"].native == "granted"
    info = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    assert info["nonce"].native == 77
    assert info["message_imprint"]["hashed_message"].native == sha256(b"xyz").digest()
    assert abs((info["gen_time"].native - datetime.now(UTC)).total_seconds()) < 60


def test_two_tokens_never_share_a_serial_number(authority):
    def serial():
        content = respond(authority, query())["time_stamp_token"]["content"]
        return content["encap_content_info"]["content"].parsed["serial_number"].native

    assert len({serial() for _ in range(20)}) == 20


@pytest.mark.parametrize(
    ("request_bytes", "failure"),
    [
        (b"not a request", "bad_data_format"),
        (b"", "bad_data_format"),
        (query(algorithm="sha1", digest=b"1" * 20), "bad_alg"),
        (query(digest=b"short"), "bad_data_format"),
        (query(req_policy="1.2.3.4"), "unaccepted_policy"),
    ],
)
def test_what_cannot_be_granted_is_refused_with_the_reason(authority, request_bytes, failure):
    answer = respond(authority, request_bytes)
    assert answer["status"]["status"].native == "rejection"
    assert answer["status"]["fail_info"].native == {failure}


def test_a_restart_keeps_the_root_that_verifiers_trust(folder):
    first = open_authority(folder, "http://127.0.0.1:1")
    again = open_authority(folder, "http://127.0.0.1:2")
    assert again.root == first.root
    assert again.certificate.public_key() == first.certificate.public_key()
    assert (folder / "root.key").stat().st_mode & 0o077 == 0


def test_other_kinds_of_posts_are_turned_away(folder):
    server = Server(folder, "http://127.0.0.1:1")
    seen = []
    environ = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": "text/plain", "wsgi.input": io.BytesIO()}
    list(server(environ, lambda status, headers: seen.append(status)))
    assert seen[0].startswith("415")


def blank_pdf():
    import pikepdf

    out = io.BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(out)
    return out.getvalue()


def signing_credentials():
    """A signer with its root and the root's revocation list, as a documents CA would give."""
    from asn1crypto import crl, keys
    from asn1crypto import x509 as asn1_x509
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    now = datetime.now(UTC).replace(microsecond=0)

    def certificate(name, key, issuer, issuer_key, ca):
        unused = "key_encipherment data_encipherment key_agreement encipher_only decipher_only"
        usage = dict.fromkeys(unused.split(), False)
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name.from_rfc4514_string(f"CN={name}"))
            .issuer_name(x509.Name.from_rfc4514_string(f"CN={issuer}"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=40))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=not ca,
                    content_commitment=not ca,
                    key_cert_sign=ca,
                    crl_sign=ca,
                    **usage,
                ),
                critical=True,
            )
            .sign(issuer_key, hashes.SHA256())
        )

    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = certificate("root", root_key, "root", root_key, ca=True)
    leaf = certificate("signer", key, "root", root_key, ca=False)
    revoked = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.subject)
        .last_update(now - timedelta(hours=1))
        .next_update(now + timedelta(days=30))
        .sign(root_key, hashes.SHA256())
    )
    load = asn1_x509.Certificate.load
    asn1_root = load(root.public_bytes(Encoding.DER))
    signer = SimpleSigner(
        signing_cert=load(leaf.public_bytes(Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(
            key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        cert_registry=SimpleCertificateStore.from_certs([asn1_root]),
    )
    return signer, asn1_root, crl.CertificateList.load(revoked.public_bytes(Encoding.DER))


def test_a_pdf_signed_with_it_verifies_long_term_and_offline(authority, folder, tmp_path):
    """PAdES-B-LT: the signature, its timestamp and both revocation states are judged from the file
    alone, trusting only the roots."""
    signing = pytest.importorskip("pyhanko.sign.signers")
    from asn1crypto import crl, x509
    from cryptography.hazmat.primitives.serialization import Encoding
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign import fields
    from pyhanko.sign.timestamps.api import TimeStamper
    from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    class Direct(TimeStamper):
        async def async_request_tsa_response(self, req):
            return tsp.TimeStampResp.load(token.respond(authority, req.dump(), datetime.now(UTC)))

    signer, signer_root, signer_crl = signing_credentials()
    tsa_root = x509.Certificate.load(authority.root.public_bytes(Encoding.DER))
    roots = [signer_root, tsa_root]
    context = ValidationContext(
        trust_roots=roots,
        crls=[signer_crl, crl.CertificateList.load(authority.crl)],
        revocation_mode="require",
    )
    out = io.BytesIO()
    signing.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(blank_pdf())),
        signing.PdfSignatureMetadata(
            field_name="Ky",
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            validation_context=context,
            embed_validation_info=True,
        ),
        signer=signer,
        timestamper=Direct(),
        output=out,
    )
    reader = PdfFileReader(io.BytesIO(out.getvalue()))
    from_the_file = DocumentSecurityStore.read_dss(reader).as_validation_context(
        {"trust_roots": roots, "revocation_mode": "require"}
    )
    status = validate_pdf_signature(reader.embedded_signatures[0], from_the_file, from_the_file)
    assert status.bottom_line, status.pretty_print_details()
    assert status.timestamp_validity.trusted
    assert status.timestamp_validity.valid
