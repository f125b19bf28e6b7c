"""The tree is RFC 6962's, and only true proofs lead to its root."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation import merkle

LEAVES = st.lists(st.binary(max_size=4), min_size=1, max_size=70).map(
    lambda all: [merkle.leaf(one) for one in all]
)


def by_the_book(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word by word."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return merkle.node(by_the_book(leaves[:k]), by_the_book(leaves[k:]))


def test_the_tree_over_nothing_and_over_one_leaf():
    assert merkle.root([]) == sha256(b"").digest()
    assert merkle.root([merkle.leaf(b"")]).hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    ), "the RFC's own test vector: SHA-256 of one zero byte"


@given(LEAVES)
def test_it_is_the_tree_of_the_rfc(leaves):
    assert merkle.root(leaves) == by_the_book(leaves)


@given(LEAVES, st.integers(0, 4))
def test_the_tree_over_chunks_is_the_tree_over_the_leaves(leaves, power):
    size = 2**power
    chunks = [merkle.root(leaves[i : i + size]) for i in range(0, len(leaves), size)]
    assert merkle.root(chunks) == merkle.root(leaves)
    for index in range(len(leaves)):
        chunk, within = divmod(index, size)
        way = merkle.path(leaves[chunk * size : chunk * size + size], within)
        assert way + merkle.path(chunks, chunk) == merkle.path(leaves, index)


@given(LEAVES, st.data())
def test_every_leaf_has_a_proof_and_no_other_place_takes_it(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    root, way = merkle.root(leaves), merkle.path(leaves, index)
    assert merkle.leads_to(root, leaves[index], index, len(leaves), way)
    assert not merkle.leads_to(root, merkle.leaf(b"other leaf"), index, len(leaves), way)
    assert not merkle.leads_to(root, leaves[index], len(leaves), len(leaves), way)
    assert not merkle.leads_to(root, leaves[index], index, len(leaves), [*way, bytes(32)])
    if way:
        assert not merkle.leads_to(root, leaves[index], index, len(leaves), way[:-1])
