"""The provider's signing key, kept so that a restart leaves sessions and tokens valid."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from sandbox.common.files import write_whole

ALGORITHM = "ES256"


class BadToken(Exception):
    """A token that this provider did not issue, or that has expired."""


@dataclass(frozen=True)
class Keys:
    """The signing key and the secret for the provider's own cookies."""

    signing: ECKey
    cookies: bytes

    @property
    def public(self) -> dict[str, Any]:
        """The JSON Web Key Set for `/jwks`."""
        return {"keys": [self.signing.as_dict(private=False, use="sig", alg=ALGORITHM)]}

    def sign(self, claims: dict[str, Any], kind: str) -> str:
        """A JWT; `kind` is its `typ`."""
        header = {"alg": ALGORITHM, "kid": self.signing.kid, "typ": kind}
        return jwt.encode(header, claims, self.signing, algorithms=[ALGORITHM])

    def read(self, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Header and claims of a token signed here, whatever its time. Raises `BadToken`."""
        try:
            found = jwt.decode(token, self.signing, algorithms=[ALGORITHM])
        except (JoseError, ValueError) as error:
            raise BadToken from error
        return dict(found.header), dict(found.claims)


def open_keys(home: Path) -> Keys:
    """The keys kept in `home`, made on the first start."""
    import secrets

    signing, cookies = home / "signing.pem", home / "cookies.key"
    if not signing.exists():
        write_whole(signing, new_key().as_pem(private=True))
    if not cookies.exists():
        write_whole(cookies, secrets.token_bytes(32))
    return Keys(read_key(signing.read_bytes()), cookies.read_bytes())


def new_key() -> ECKey:
    """A fresh P-256 key."""
    return ECKey.generate_key("P-256", auto_kid=True)


def read_key(pem: bytes) -> ECKey:
    """A key from PEM, with its thumbprint as key id."""
    key = ECKey.import_key(pem)
    key.ensure_kid()
    return key
