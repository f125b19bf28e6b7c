#!/usr/bin/env python3
"""Judge a proof that an entry is in the ledger, without trusting the system that gave it.

    python verify_ledger.py PROOF.json --trust trust.pem

PROOF.json comes from `motcua ledger prove NUMBER` or from the page /minh-bach/. trust.pem holds the
roots you trust, for signatures and timestamps (the page offers the installation's own; get it once,
keep it). It needs Python and the package `cryptography`, and nothing of the system itself.

Exit code 0: the proof holds; 1: it does not; 2: it cannot be read. Checked are, in this order:
the entry's body against its digest; digest and number against the Merkle root (RFC 6962) that the
day's statement names; the ECDSA signature of the statement; the signer's chain of certificates; the
timestamp (RFC 3161) of the signature. Without --trust everything is checked except who signed.
"""

import argparse
import base64
import datetime
import hashlib
import json
import sys

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

HASHES = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
}
SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"


class Wrong(Exception):
    """The proof does not hold. Says why."""


def sha256(data):
    return hashlib.sha256(data).digest()


# -- the tree ---------------------------------------------------------------------------------


def root_of(leaf, index, size, path):
    """The root to which `path` leads from leaf `index` of `size` (RFC 9162, 2.1.3.2)."""
    here, last, found = index, size - 1, leaf
    for beside in path:
        if last == 0:
            raise Wrong("the path is too long")
        if here % 2 or here == last:
            found = sha256(b"\x01" + beside + found)
            while not here % 2 and here:
                here, last = here // 2, last // 2
        else:
            found = sha256(b"\x01" + found + beside)
        here, last = here // 2, last // 2
    if last != 0:
        raise Wrong("the path is too short")
    return found


def check_entry(proof, statement):
    number, digest = int(proof["number"]), bytes.fromhex(proof["digest"])
    if "body" in proof and sha256(proof["body"].encode()) != digest:
        raise Wrong("the entry's body is not what was recorded")
    first, last = int(statement["first"]), int(statement["last"])
    if not first <= number <= last:
        raise Wrong("the day's statement does not cover this number")
    leaf = sha256(b"\x00" + number.to_bytes(8, "big") + digest)
    path = [bytes.fromhex(one) for one in proof["path"]]
    if root_of(leaf, number - first, last - first + 1, path).hex() != statement["root"]:
        raise Wrong("the entry is not in the tree: the root differs")


# -- certificates and signatures ----------------------------------------------------------------


def verify(certificate, signature, data, digest=hashes.SHA256, what="signature"):
    key = certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(digest()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), digest())
        else:
            raise Wrong(f"the {what} is of an unknown kind")
    except InvalidSignature:
        raise Wrong(f"the {what} is wrong") from None


def issued(below, above):
    try:
        constraints = above.extensions.get_extension_for_class(x509.BasicConstraints).value
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return constraints.ca


def check_chain(certificate, others, roots, at, what):
    """Raises `Wrong` unless a chain leads to one of `roots`, all of it good at the moment `at`."""
    here = certificate
    for _ in range(6):
        if not here.not_valid_before_utc <= at <= here.not_valid_after_utc:
            raise Wrong(f"a certificate of the {what} was not valid then")
        if here in roots:
            return
        here = next((one for one in [*roots, *others] if one != here and issued(here, one)), None)
        if here is None:
            break
    raise Wrong(f"the {what} leads to no root that you trust")


# -- timestamps: as much DER and CMS as an RFC 3161 token needs ----------------------------------


def read(data, at=0):
    """One DER value: its tag, its content, where it ends, and its bytes as they stand."""
    tag, length, start = data[at], data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    if start + length > len(data):
        raise ValueError("cut off")
    return tag, data[start : start + length], start + length, data[at : start + length]


def parts(content):
    found, at = [], 0
    while at < len(content):
        tag, inner, at, whole = read(content, at)
        found.append((tag, inner, whole))
    return found


def oid(content):
    numbers, value = [], 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))


def check_timestamp(token, content, roots):
    """The moment that the token proves for `content`. Without roots, who says so is not checked."""
    outer = parts(read(token)[1])
    if oid(outer[0][1]) != SIGNED_DATA:
        raise Wrong("the timestamp is of another kind")
    data = parts(read(outer[1][1])[1])
    encapsulated = parts(data[2][1])
    if oid(encapsulated[0][1]) != TST_INFO:
        raise Wrong("the timestamp is of another kind")
    told = read(encapsulated[1][1])[1]  # the octet string holds TSTInfo
    info = parts(read(told)[1])
    imprint = parts(info[2][1])
    algorithm = HASHES[oid(parts(imprint[0][1])[0][1])]()
    digest = hashes.Hash(algorithm)
    digest.update(content)
    if imprint[1][1] != digest.finalize():
        raise Wrong("the timestamp is not of this signature")
    moment = info[4][1].decode().rstrip("Z").split(".")[0]
    at = datetime.datetime.strptime(moment, "%Y%m%d%H%M%S").replace(tzinfo=datetime.UTC)
    certificates = [
        x509.load_der_x509_certificate(whole)
        for tag, inner, _ in data[3:]
        if tag == 0xA0
        for kind, _, whole in parts(inner)
        if kind == 0x30
    ]
    signer = parts(parts(data[-1][1])[0][1])
    serial = int.from_bytes(parts(signer[1][1])[1][1], "big")
    used = HASHES[oid(parts(signer[2][1])[0][1])]
    if signer[3][0] != 0xA0:
        raise Wrong("the timestamp signs no attributes")
    attributes = b"\x31" + signer[3][2][1:]  # signed as a SET, carried under a tag of its own
    named = {
        oid(parts(one)[0][1]): parts(parts(one)[1][1])[0][1] for _, one, _ in parts(signer[3][1])
    }
    digest = hashes.Hash(used())
    digest.update(told)
    if named[MESSAGE_DIGEST] != digest.finalize():
        raise Wrong("the timestamp was altered")
    own = next((one for one in certificates if one.serial_number == serial), None)
    if own is None:
        raise Wrong("the timestamp carries no certificate")
    verify(own, signer[5][1], attributes, used, "timestamp's signature")
    usage = own.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    if ExtendedKeyUsageOID.TIME_STAMPING not in usage:
        raise Wrong("the timestamp was signed with a certificate for something else")
    if roots:
        check_chain(own, certificates, roots, at, "timestamp")
    return at


# -- all of it ------------------------------------------------------------------------------------


def judge(proof, roots):
    """What the proof shows, in words. Raises `Wrong`."""
    if proof["form"] != "motcua-ledger-proof/1":
        raise Wrong("this is a proof of another form")
    statement = json.loads(proof["statement"])
    if statement["form"] != "motcua-ledger-day/1":
        raise Wrong("this is a statement of another form")
    check_entry(proof, statement)
    certificates = x509.load_pem_x509_certificates(proof["certificates"].encode())
    signature = base64.b64decode(proof["signature"], validate=True)
    verify(certificates[0], signature, proof["statement"].encode())
    if proof["timestamp"] is not None:
        at = check_timestamp(base64.b64decode(proof["timestamp"], validate=True), signature, roots)
        when = f"timestamped {at:%Y-%m-%d %H:%M:%S} UTC"
    elif statement["closed"]:
        raise Wrong("a closed day must carry a timestamp")
    else:
        at, when = datetime.datetime.now(datetime.UTC), "not timestamped"
    if roots:
        check_chain(certificates[0], certificates[1:], roots, at, "signature")
    day = statement["day"] + ("" if statement["closed"] else " (still running)")
    return f"entry {proof['number']} is in the ledger of {day}, root {statement['root']}, {when}"


def main():
    parser = argparse.ArgumentParser(description="Judge a proof that an entry is in the ledger.")
    parser.add_argument("proof", help="the file with the proof; - for standard input")
    parser.add_argument("--trust", help="PEM file with the roots you trust")
    args = parser.parse_args()
    try:
        roots = []
        if args.trust:
            with open(args.trust, "rb") as file:
                roots = x509.load_pem_x509_certificates(file.read())
        if args.proof == "-":
            proof = json.load(sys.stdin)
        else:
            with open(args.proof, encoding="utf-8") as file:
                proof = json.load(file)
    except (OSError, ValueError) as error:
        print(f"cannot read: {error}", file=sys.stderr)
        return 2
    try:
        print("OK:", judge(proof, roots))
    except Wrong as error:
        print("WRONG:", error)
        return 1
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError) as error:
        print(f"WRONG: the proof is malformed ({type(error).__name__}: {error})")
        return 1
    except x509.ExtensionNotFound as error:
        print(f"WRONG: a certificate lacks what it must say ({error})")
        return 1
    if not roots:
        print("Not checked: who signed. Give --trust with the roots you trust.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
