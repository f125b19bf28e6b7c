"""Reading machines: for sign-in of programs, and for who runs the house."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from motcua.agencies import queries as agencies
from motcua.foundation import clock
from motcua.machines import rules
from motcua.machines.models import Machine, MachineKey, TokenKey
from motcua.machines.viewers import MachinePost, MachineViewer


def working(client_id: str, now: datetime) -> Machine | None:
    """The machine with this client id that may work at `now`, its agency with it; else None."""
    return (
        Machine.objects.select_related("agency")
        .filter(
            client_id=client_id, stopped_at__isnull=True, valid__contains=clock.local(now).date()
        )
        .first()
    )


def keys_of(machine: Machine, now: datetime) -> list[dict[str, Any]]:
    """The machine's public keys (JWK) that are good at `now`, at most two."""
    return list(machine.keys.filter(valid__contains=now).values_list("jwk", flat=True))


def viewer_of(machine: Machine) -> MachineViewer:
    """Who the machine is when it looks."""
    agency = machine.agency
    return MachineViewer(
        client_id=machine.client_id,
        name=machine.name,
        realm=agency.realm,
        posts=(MachinePost(agency.pk, agency.name, agencies.serves(agency.pk)),),
    )


def every(now: datetime) -> QuerySet[Machine]:
    """All machines, by client id, with those of their keys that are not over (`living`). For who
    runs the house, on the command line."""
    living = MachineKey.objects.filter(valid__endswith__gt=now).order_by("place", "pk")
    return (
        Machine.objects.select_related("agency")
        .prefetch_related(Prefetch("keys", queryset=living, to_attr="living"))
        .order_by("client_id")
    )


def published(now: datetime) -> list[dict[str, Any]]:
    """The public keys (JWK) that our access tokens may still be signed with, newest first."""
    gone = now - rules.TOKEN_LIFE - 2 * rules.LEEWAY
    rows = TokenKey.objects.exclude(retired_at__lt=gone).order_by("-made_at", "-pk")
    return list(rows.values_list("public", flat=True))
