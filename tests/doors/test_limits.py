"""Who comes too often waits, and nobody can make the owner wait."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve

from motcua.doors.api import tokens
from motcua.doors.limits import table
from motcua.doors.limits.callers import address_of, counted_as
from motcua.doors.limits.middleware import matching
from motcua.foundation.rates import Rate

from ..api.conftest import assert_problem
from ..dossiers import people as p
from ..machines.conftest import make, robot  # noqa: F401 - fixtures

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


def ask(client: Client, number: str, code: str, address: str = "203.0.113.7"):
    return client.get("/tra-cuu/", {"so": number, "ma": code}, REMOTE_ADDR=address)


def tries(what, most: int = 400) -> int:
    """How many answers somebody gets before they are told to wait."""
    for count in range(most):
        if what().status_code == 429:
            return count
    return most


def limit(name: str) -> table.Limit:
    return next(one for one in table.LIMITS if one.name == name)


def test_guessing_a_code_is_slow_and_the_page_says_so_kindly():
    guesser = Client()
    assert tries(lambda: ask(guesser, "H37.105-1", "XXXX")) == limit("lookup-target").rate.burst
    answer = ask(guesser, "H37.105-1", "XXXX")
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert "Bạn không làm gì sai" in answer.content.decode()


def test_a_guesser_does_not_lock_out_anybody_elsewhere():
    _, dossier = p.filed("1.004873")
    tries(lambda: ask(Client(), dossier.number, "XXXX"))
    answer = ask(Client(), dossier.number, dossier.lookup_code, "198.51.100.1")
    assert answer.status_code == 200


def test_a_guesser_at_the_same_address_does_not_lock_out_a_known_device():
    _, dossier = p.filed("1.004873")
    owner = Client()
    assert ask(owner, dossier.number, dossier.lookup_code).status_code == 200
    tries(lambda: ask(Client(), dossier.number, "XXXX"))
    tries(lambda: ask(Client(), "another", "XXXX"))
    assert ask(Client(), dossier.number, dossier.lookup_code).status_code == 429
    assert ask(owner, dossier.number, dossier.lookup_code).status_code == 200


def test_a_known_device_is_known_for_what_it_was_right_about_only():
    _, dossier = p.filed("1.004873")
    owner = Client()
    ask(owner, dossier.number, dossier.lookup_code)
    assert tries(lambda: ask(owner, "another", "XXXX")) <= limit("lookup-target").rate.burst


def test_a_made_up_device_is_no_device():
    guesser = Client()
    guesser.cookies["motcua_device"] = "W10:1abc:xyz"
    assert tries(lambda: ask(guesser, "H37.105-1", "XXXX")) == limit("lookup-target").rate.burst


def test_a_wrong_guess_makes_no_device_known():
    guesser = Client()
    ask(guesser, "H37.105-1", "XXXX")
    assert "motcua_device" not in guesser.cookies


def test_guessing_at_many_numbers_is_slow_too():
    numbers = iter(range(10_000))
    count = tries(lambda: ask(Client(), f"H37.105-{next(numbers)}", "XXXX"))
    assert count <= limit("lookup").rate.burst + 2


def test_opening_the_look_up_page_is_no_guess():
    page = Client()
    assert tries(lambda: page.get("/tra-cuu/"), 80) == 80


def test_password_guesses_are_counted_by_name_and_address():
    def guess(name: str = "quan-tri", address: str = "203.0.113.7"):
        return Client().post(
            "/dang-nhap/du-phong/", {"ten": name, "mat-khau": "x"}, REMOTE_ADDR=address
        )

    answers = [guess().status_code for _ in range(limit("password-target").rate.burst + 1)]
    assert answers[-1] == 429
    assert guess(address="198.51.100.1").status_code in (403, 429)


def test_asking_for_tokens_too_often_is_a_problem_document(robot):  # noqa: F811 - a fixture
    def wrong():
        return robot.ask(robot.proof(aud="x"))

    # One more is earned every two seconds, and a busy machine is slow.
    assert limit("token-target").rate.burst <= tries(wrong) < 100
    answer = next(one for one in iter(wrong, None) if one.status_code == 429)
    assert_problem(answer)
    assert int(answer["Retry-After"]) >= 1


def test_one_machine_that_asks_too_often_does_not_stop_another(make):  # noqa: F811 - a fixture
    noisy, quiet = make(), make()
    tries(lambda: noisy.ask(noisy.proof(aud="x")))
    assert quiet.ask().status_code == 200


def test_checking_files_searching_and_signing_in_have_a_measure():
    def check():
        return client.post("/kiem-tra/", {"file": SimpleUploadedFile("a.pdf", b"x")})

    client = Client()
    assert tries(check) <= limit("verify").rate.burst + 2
    assert tries(lambda: client.get("/thu-tuc/", {"q": "khai sinh"})) < 400
    assert client.get("/thu-tuc/").status_code == 200, "browsing is not searching"


def test_people_are_counted_apart_though_they_share_an_address():
    account = p.citizen("doc-than").account_id
    from motcua.people.models import Account

    client = Client()
    client.force_login(
        Account.objects.get(pk=account), backend="django.contrib.auth.backends.ModelBackend"
    )
    tries(lambda: Client().post("/kiem-tra/", {}))
    assert Client().post("/kiem-tra/", {}).status_code == 429
    assert client.post("/kiem-tra/", {}).status_code != 429


def test_a_client_of_the_api_has_a_measure_of_its_own(make, monkeypatch):  # noqa: F811 - a fixture
    monkeypatch.setattr(tokens, "API_CLIENT", Rate(3, 60.0))
    one, other = make().token(), make().token()

    def get(token: str):
        return Client().get("/api/v1/agency/dossiers", headers={"Authorization": f"Bearer {token}"})

    assert [get(one).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert_problem(get(one))
    assert int(get(one)["Retry-After"]) >= 1
    assert get(other).status_code == 200


def test_the_bank_is_always_heard():
    bank = Client()
    assert tries(lambda: bank.post("/api/payments/ipn", {}), 150) == 150


def test_every_limit_is_of_a_page_that_exists_and_what_has_none_says_why():
    examples = {
        r"/dang-nhap/du-phong/(?:ma/)?": "/dang-nhap/du-phong/",
        r"/dang-nhap/(?:vneid|ket-qua)/": "/dang-nhap/vneid/",
        r"/nop/\d+/giay-to/|/ho-so/[^/]+/bo-sung/|/api/v1/files": "/nop/1/giay-to/",
        r"/api/v1/.*": "/api/v1/dossiers",
    }
    for one in table.LIMITS:
        path = examples.get(one.path.pattern, one.path.pattern)
        assert one.path.fullmatch(path)
        try:
            resolve(path)
        except Resolver404:
            pytest.fail(f"{one.name}: there is no page {path}")
    make_request = RequestFactory()
    for path, reason in table.UNLIMITED.items():
        assert len(reason) > 40
        assert matching(make_request.post(path)) == []


@pytest.mark.parametrize(
    ("nearest", "said", "expected"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # no proxy of ours: it says nothing
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # the left part is the caller's own
        ("10.0.0.2", "198.51.100.1, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.2", "rubbish", "10.0.0.2"),
        ("10.0.0.2", "", "10.0.0.2"),
    ],
)
def test_the_callers_address_is_what_our_own_proxy_says(monkeypatch, nearest, said, expected):
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, proxies=("10.0.0.0/8",)))
    request = RequestFactory().get("/", REMOTE_ADDR=nearest, headers={"X-Forwarded-For": said})
    assert address_of(request) == expected


def test_without_a_proxy_of_ours_nobody_chooses_their_address():
    request = RequestFactory().get(
        "/", REMOTE_ADDR="203.0.113.7", headers={"X-Forwarded-For": "198.51.100.1"}
    )
    assert address_of(request) == "203.0.113.7"


def test_an_ipv6_caller_is_counted_with_their_whole_network():
    assert counted_as("2001:db8::1") == counted_as("2001:db8::ffff")
    assert counted_as("2001:db8::1") != counted_as("2001:db8:0:1::1")
    assert counted_as("::ffff:203.0.113.7") == "203.0.113.7"
