"""Which internet addresses may be spoken to: pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Network = IPv4Network | IPv6Network
_WRAPPING = tuple(ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16"))
"""IPv6 addresses that a gateway turns into IPv4 ones: another way to what is refused below."""


def plain(text: str) -> IPv4Address | IPv6Address:
    """The address of a text; an IPv4 address that is dressed as IPv6 is undressed. Raises
    `ValueError`."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def is_literal(host: str) -> bool:
    """Whether `host` is an address and not a name."""
    try:
        plain(host)
    except ValueError:
        return False
    return True


def refusal(host: str, resolved: str, private: Sequence[Network]) -> str | None:
    """Why `resolved`, which `host` resolves to, may not be spoken to; None when it may.

    Public addresses may. This machine itself only when the settings say so in as many words
    (`127.0.0.1`, `localhost`); an address of an internal network when the settings name the address
    itself or its network. Link-local addresses, where clouds keep their metadata, never.
    """
    address = plain(resolved)
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return "link-local, multicast or no address at all"
    if address.is_loopback:
        named = host == "localhost" or (is_literal(host) and plain(host).is_loopback)
        return None if named else "a name that leads to this machine"
    if any(address in network for network in _WRAPPING):
        return "an IPv6 form of another address"
    if address.is_global and not address.is_reserved:
        return None
    if is_literal(host) and plain(host) == address:
        return None
    if any(address in network for network in private):
        return None
    return "an address of an internal network that the settings do not name"
