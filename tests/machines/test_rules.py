"""What a machine's proof must look like."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from motcua.machines import rules
from motcua.machines.errors import BadMachine

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
US = frozenset({"https://motcua.example/api/token", "https://motcua.example"})
GOOD = {
    "iss": "may-1",
    "sub": "may-1",
    "aud": "https://motcua.example/api/token",
    "iat": AT,
    "exp": AT + 60,
    "jti": "ten-rieng-0001",
}


def problem(**changes: object) -> str | None:
    claims = {k: v for k, v in {**GOOD, **changes}.items() if v is not None}
    return rules.assertion_problem(claims, "may-1", US, NOW)


def test_a_good_proof_has_no_problem():
    assert problem() is None
    assert problem(aud=["https://other.example", "https://motcua.example"]) is None


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "may-2"},
        {"sub": "may-2"},
        {"iss": None},
        {"aud": "https://other.example"},
        {"aud": None},
        {"aud": []},
        {"aud": [None, 7]},
        {"exp": AT - 31},
        {"exp": None},
        {"exp": "mai"},
        {"exp": True},
        {"exp": AT + 301},
        {"iat": None},
        {"iat": AT + 31},
        {"iat": AT - 400},
        {"nbf": AT + 60},
        {"nbf": "mai"},
        {"jti": None},
        {"jti": "x"},
        {"jti": 12345678},
        {"jti": "x" * 201},
        {"exp": float("inf")},
        {"exp": float("nan")},
    ],
)
def test_a_proof_with_one_thing_wrong_is_no_proof(change):
    assert problem(**change) is not None


@given(
    st.dictionaries(
        st.sampled_from(sorted(GOOD)),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text()),
    )
)
def test_whatever_is_sent_has_an_answer(odd):
    """Odd claims are refused in words, never by falling over."""
    answer = rules.assertion_problem({**GOOD, **odd}, "may-1", US, NOW)
    assert answer is None or answer


@given(st.frozensets(st.sampled_from("abcd")), st.frozensets(st.sampled_from("abcd"), min_size=1))
def test_nobody_is_given_more_than_they_hold(asked, held):
    given_ = rules.granted(" ".join(asked), held)
    assert given_ is None or given_ <= held
    assert (given_ is None) == bool(asked - held)


def test_only_the_public_half_of_a_good_key_is_kept():
    key = ECKey.generate_key("P-256")
    kept = rules.public_key(key.as_dict(private=False))
    assert "d" not in kept
    assert kept["kid"] == key.thumbprint()
    assert rules.public_key(OKPKey.generate_key("Ed25519").as_dict(private=False))
    assert rules.public_key(RSAKey.generate_key(2048).as_dict(private=False))


@pytest.mark.parametrize(
    "jwk",
    [
        ECKey.generate_key("P-256").as_dict(private=True),
        OctKey.generate_key(256).as_dict(),
        RSAKey.generate_key(1024).as_dict(private=False),
        ECKey.generate_key("secp256k1").as_dict(private=False),
        OKPKey.generate_key("X25519").as_dict(private=False),
        {},
        {"kty": "EC"},
        {"kty": ["EC"]},
        {**ECKey.generate_key("P-256").as_dict(private=False), "kid": "x" * 101},
    ],
)
def test_a_secret_or_weak_key_is_not_taken(jwk):
    with pytest.raises(BadMachine):
        rules.public_key(jwk)
