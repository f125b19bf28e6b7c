"""Machines that ask at the same moment."""

from __future__ import annotations

from django.conf import settings

from motcua.foundation import clock
from motcua.machines import actions
from motcua.machines.errors import NotProven
from motcua.machines.models import TokenKey

from ..world import at_once


def test_of_many_who_send_one_proof_at_once_one_gets_a_token(committed, make):
    robot = make()
    wish = actions.Wish(
        assertion=robot.proof(),
        scope="",
        endpoint=f"{settings.ENV.public_url}/api/token",
        issuer=settings.ENV.public_url,
    )
    found = at_once(*[lambda: actions.grant(wish, clock.now())] * 8)
    assert sum(isinstance(one, actions.Grant) for one in found) == 1
    assert sum(isinstance(one, NotProven) for one in found) == 7


def test_the_first_tokens_of_a_house_are_signed_with_one_key(committed, make):
    robots = [make() for _ in range(6)]
    answers = at_once(*[robot.ask for robot in robots])
    assert [answer.status_code for answer in answers] == [200] * 6
    assert TokenKey.objects.count() == 1
