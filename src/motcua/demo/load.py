"""`motcua demo load`: the demonstration world, the same on every machine. Running it again changes
nothing but what has changed in the files."""

from __future__ import annotations

import json
import os
import secrets
from datetime import date, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from django.db import transaction

from motcua.agencies import actions as agencies
from motcua.agencies import queries as agency
from motcua.catalogue import actions as catalogue
from motcua.catalogue import borderless
from motcua.demo import accounts, world
from motcua.forms import actions as forms
from motcua.people import actions as people
from motcua.people import factors
from motcua.people.models import Account
from motcua.processes import actions as processes
from motcua.territory import actions as territory

ADMINISTRATOR = "quan-tri"
SINCE = agencies.SINCE_TWO_TIERS
BORDERLESS = ("1.004873", "2.000635")
SINCE_BORDERLESS = date(2026, 8, 5)
LINKED_LAW = "NĐ 63/2024/NĐ-CP, sửa đổi bởi NĐ 301/2026/NĐ-CP"


def load(now: datetime) -> None:
    """Bring the whole demonstration into the database, and print the break-glass password when it
    is new. Each step stands for itself: a step that fails leaves those before it."""
    load_agencies()
    load_officers(now)
    load_forms(now)
    load_processes(now)
    load_procedures(now)
    password = load_administrator(now)
    if password:
        print(f"Tài khoản quản trị dự phòng: {ADMINISTRATOR} / {password}")  # noqa: T201 said once
        print(f"  khóa của mã một lần: {accounts.seed(ADMINISTRATOR)}")  # noqa: T201 as above


def load_agencies() -> None:
    """All provinces and communes, the provinces' committees, and Lạng Sơn in depth."""
    territory.load_units(territory.national_units())
    agencies.add_agencies(agencies.provincial_committees(), SINCE)
    agencies.add_agencies(world.lang_son(), SINCE)
    agencies.add_agencies(world.linked_bodies(), SINCE)
    agencies.add_agencies(world.another_province(), SINCE)


@transaction.atomic
def load_officers(now: datetime) -> None:
    """The officers of the demonstration as persons with accounts and posts."""
    details = {person.id_number: person for person in accounts.officer_people()}
    for officer in accounts.officers():
        known = details[officer.id_number]
        person = people.upsert_person(
            officer.id_number,
            officer.full_name,
            birth_date=known.birth_date,
            sex=known.sex,
            ethnicity=known.ethnicity,
            now=now,
        )
        account = people.expect_account(person)
        for post in officer.posts:
            people.appoint(
                account,
                agency.agency(post.agency_code),
                post.role,
                title=post.title,
                since=SINCE,
                source="Dữ liệu trình diễn",
            )
        _give_app(account, officer.id_number, now)


def _give_app(account: Account, who: str, now: datetime) -> None:
    """An app with the printed seed, unless the account has a second factor already."""
    if not factors.of(account.pk):
        factors.give_totp(
            account.pk, accounts.seed(who), "Điện thoại (trình diễn)", now, "Dữ liệu trình diễn"
        )


def load_administrator(now: datetime) -> str:
    """The break-glass administrator. Gives the password when the account is made now: the one in
    `MOTCUA_DEMO_PASSWORD`, or a random one."""
    if Account.objects.filter(subject=ADMINISTRATOR).exists():
        return ""
    password = os.environ.get("MOTCUA_DEMO_PASSWORD") or secrets.token_urlsafe(12)
    account = people.set_local_account(
        ADMINISTRATOR, password, "Quản trị hệ thống (trình diễn)", is_administrator=True
    )
    _give_app(account, ADMINISTRATOR, now)
    return password


def load_forms(now: datetime) -> None:
    """The electronic forms of the demonstration."""
    for entry in _files("motcua.demo", "data/forms", ".json"):
        forms.publish(_key(entry), json.loads(entry.read_text(encoding="utf-8")), now)


def load_processes(now: datetime) -> None:
    """The process templates and the demonstration procedures' own processes."""
    for package, folder in (("motcua.processes", "templates"), ("motcua.demo", "data/processes")):
        for entry in _files(package, folder, ".bpmn"):
            processes.publish(_key(entry), entry.read_text(encoding="utf-8"), now)


def load_procedures(now: datetime) -> None:
    """The procedures; one whose file, form or process has changed since gets a new version."""
    for specification in specifications():
        catalogue.publish_version(specification, now, supersede=True)
    catalogue.name_deciders(world.linked_competences(), SINCE, LINKED_LAW)
    load_borderless()


def load_borderless() -> None:
    """A few procedures on the list of those taken in anywhere; the real list is published by the
    ministry."""
    there = {one.code for one in borderless.listed(SINCE)}
    for code in BORDERLESS:
        if code not in there:
            borderless.put(code, SINCE_BORDERLESS, "Danh mục minh họa", "system")


def specifications() -> list[dict[str, Any]]:
    """Every version in `data/procedures`, one file a procedure, the oldest version first."""
    found = []
    for entry in _files("motcua.demo", "data/procedures", ".json"):
        said = json.loads(entry.read_text(encoding="utf-8"))
        for version in sorted(said.pop("versions"), key=lambda v: v["from"]):
            found.append({**said, "version": version})
    return found


def _files(package: str, folder: str, suffix: str) -> list[Traversable]:
    place = files(package).joinpath(folder)
    if not place.is_dir():
        return []
    return sorted((e for e in place.iterdir() if e.name.endswith(suffix)), key=lambda e: e.name)


def _key(entry: Traversable) -> str:
    return entry.name.rsplit(".", 1)[0]
