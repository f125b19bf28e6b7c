"""What proves a timestamp for good: the chain in its token, and the lists of who was revoked.

The lists come from where the certificates themselves say, and are kept for a while: a signature
must not wait for a download that the last one made.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import httpx
from cryptography import x509

from motcua.foundation.outgoing import web

SHORTEST = timedelta(days=30)
"""A list must be good for this long when it goes into a result."""
KEPT_SECONDS = 3600.0
TIMEOUT = 10.0  # seconds

_kept: dict[str, tuple[float, bytes]] = {}


class TimestampUnavailable(Exception):
    """The timestamp authority did not answer as it should; the job tries again."""


@dataclass(frozen=True, slots=True)
class Witness:
    """The certificates of a timestamp's token, and the lists (DER) that cover them."""

    certificates: list[x509.Certificate]
    lists: list[bytes]


def material(signer_info: Any) -> Witness:
    """What belongs beside the timestamp of `signer_info`. Raises `TimestampUnavailable`."""
    certificates = _certificates(signer_info)
    places = {place for one in certificates for place in _list_places(one)}
    return Witness(certificates, [_fetch(place) for place in sorted(places)])


def _certificates(signer_info: Any) -> list[x509.Certificate]:
    from pyhanko.sign.general import find_cms_attribute_iter

    attributes = signer_info["unsigned_attrs"]
    tokens = list(find_cms_attribute_iter(attributes, "signature_time_stamp_token"))
    return [
        x509.load_der_x509_certificate(choice.chosen.dump())
        for token in tokens
        for choice in token["content"]["certificates"]
    ]


def _list_places(certificate: x509.Certificate) -> list[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    return [
        name.value
        for point in points
        for name in point.full_name or []
        if isinstance(name, x509.UniformResourceIdentifier)
    ]


def _fetch(place: str) -> bytes:
    at, encoded = _kept.get(place, (0.0, b""))
    if encoded and time.monotonic() - at < KEPT_SECONDS:
        return encoded
    try:
        with web.client(TIMEOUT) as client:  # it goes only where the settings allow
            encoded = client.get(place).raise_for_status().content
        until = x509.load_der_x509_crl(encoded).next_update_utc
    except (httpx.HTTPError, ValueError) as error:
        raise TimestampUnavailable(f"{place}: {error}") from error
    if until is None or until - datetime.now(UTC) < SHORTEST:
        raise TimestampUnavailable(f"{place}: the list of revoked certificates ends too soon")
    _kept[place] = (time.monotonic(), encoded)
    return encoded


@lru_cache(maxsize=4)
def authority(url: str) -> Any:
    """pyHanko's idea of the timestamp authority at `url`, on our own way out of the house. Kept,
    since a fresh one asks for one token more to learn its size."""
    from asn1crypto import tsp
    from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError

    class Authority(TimeStamper):
        async def async_request_tsa_response(self, req: Any) -> Any:
            headers = {"Content-Type": "application/timestamp-query"}
            try:
                with web.client(TIMEOUT) as client:
                    answer = client.post(url, content=req.dump(), headers=headers)
                answer.raise_for_status()
            except httpx.HTTPError as error:
                raise TimestampRequestError(f"{type(error).__name__}: {error}") from error
            kind = answer.headers.get("Content-Type", "").partition(";")[0].strip()
            if kind != "application/timestamp-reply":
                raise TimestampRequestError(f"the answer is of the type {kind!r}")
            return tsp.TimeStampResp.load(answer.content)

    return Authority()
