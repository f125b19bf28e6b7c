"""Merkle trees as RFC 6962, 2.1: SHA-256, leaves and nodes hashed apart (0x00 and 0x01 before
them), so that no node can be passed off as a leaf.

Level by level a node without a neighbour moves up unchanged; that gives the tree of the RFC, whose
left half is always the largest power of two. So the tree over the roots of chunks of 2**n leaves is
the tree over the leaves, and a proof needs to read one chunk only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()


def leaf(data: bytes) -> bytes:
    """The hash of one leaf."""
    return sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbours."""
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The root over hashed leaves (or over roots of chunks); `EMPTY` over none."""
    level = list(hashes)
    while len(level) > 1:
        level = _above(level)
    return level[0] if level else EMPTY


def path(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """What has to be hashed with leaf `index` to come to the root, from below."""
    if not 0 <= index < len(hashes):
        raise IndexError(f"there is no leaf {index} among {len(hashes)}")
    level, found = list(hashes), []
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            found.append(level[beside])
        level, index = _above(level), index // 2
    return found


def leads_to(
    root_hash: bytes, leaf_hash: bytes, index: int, size: int, way: Iterable[bytes]
) -> bool:
    """Whether `way` leads from leaf `index` of `size` to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last, found = index, size - 1, leaf_hash
    for beside in way:
        if last == 0:
            return False
        if here % 2 or here == last:
            found = node(beside, found)
            while not here % 2 and here:
                here, last = here // 2, last // 2
        else:
            found = node(found, beside)
        here, last = here // 2, last // 2
    return last == 0 and found == root_hash


def _above(level: list[bytes]) -> list[bytes]:
    return [
        node(level[i], level[i + 1]) if i + 1 < len(level) else level[i]
        for i in range(0, len(level), 2)
    ]
