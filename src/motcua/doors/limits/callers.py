"""From which network address a request comes, also behind a proxy."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The caller's address: what connected to us, or, when that is one of our own proxies
    (`MOTCUA_PROXIES`), the last address in `X-Forwarded-For` that is not. What a caller writes
    there themselves is to the left of it and says nothing."""
    nearest = str(request.META.get("REMOTE_ADDR", ""))
    trusted = settings.ENV.proxies
    if not trusted or not _is_ours(nearest, trusted):
        return nearest
    for said in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        found = said.strip()
        if found and not _is_ours(found, trusted):
            return found if _is_address(found) else nearest
    return nearest


def counted_as(address: str) -> str:
    """What an address is counted under: an IPv6 caller owns a whole /64."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((found, 64), strict=False))
    return str(found)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_ours(text: str, trusted: tuple[str, ...]) -> bool:
    try:
        found = ip_address(text)
    except ValueError:
        return False
    return any(found in ip_network(network) for network in trusted)
