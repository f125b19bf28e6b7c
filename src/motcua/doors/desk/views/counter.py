"""The counter: a receptionist files for the person who stands there with the papers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.agencies import queries as agencies
from motcua.agencies.facts import AgencyFacts
from motcua.catalogue import queries as catalogue
from motcua.catalogue import rules as law
from motcua.catalogue.facts import VersionFacts
from motcua.documents import actions as documents
from motcua.documents.errors import UploadRefused
from motcua.documents.models import File
from motcua.doors import addresses
from motcua.doors.access import Request, missing, officer_only
from motcua.doors.desk import counter_person
from motcua.dossiers.actions import intake, transferring
from motcua.dossiers.errors import IncompleteAnswers, Refused
from motcua.dossiers.models import Transfer
from motcua.forms import binding
from motcua.forms import engine as forms
from motcua.foundation import clock
from motcua.people import roles
from motcua.people.errors import PeopleError
from motcua.people.rules import BadIdNumber

_PERSON = ("person_id_number", "person_full_name", "person_birth_date", "person_phone")


def desk_agency(request: Request) -> int | None:
    """The competent agency whose counter the viewer serves: the broadest their post works for."""
    for post in request.viewer.posts:
        if roles.may(post.role, roles.Act.COUNTER):
            others = [agency for agency in post.serves if agency != post.agency_id]
            return others[0] if others else post.agency_id
    return None


@officer_only
@require_safe
def start(request: Request) -> HttpResponse:
    """Which procedure."""
    if desk_agency(request) is None:
        return missing(request, _("Quầy tiếp nhận dành cho người tiếp nhận hồ sơ."))
    rows = catalogue.browse(clock.today(), fileable=True)[:200]
    return render(
        request,
        "desk/counter.html",
        {"procedures": [row.procedure for row in rows], "section": "counter"},
    )


@transaction.non_atomic_requests
@officer_only
@require_http_methods(["GET", "POST"])
def file(request: Request, code: str) -> HttpResponse:
    """The person and the whole form on one page; papers are compared at intake."""
    agency_id = desk_agency(request)
    version = catalogue.facts_in_force(code, clock.today())
    if agency_id is None or version is None or version.form_id is None:
        return missing(request, _("Không có thủ tục này tại quầy."))
    try:
        receiving = _receiving(request, agency_id)
    except agencies.UnknownAgency:
        return missing(request, _("Không có thủ tục này tại quầy."))
    verdict = law.can_file_at_counter(version)
    if not verdict.allowed:
        messages.error(request, verdict.reason, extra_tags="bad")
        return redirect("desk:counter")
    form = forms.compiled(version.form_id)
    answers: dict[str, Any] = {}
    errors: list[Any] = []
    refused, more = "", False
    typed = {name: request.POST.get(name, "").strip() for name in _PERSON}
    if "find" in request.POST:
        found = counter_person.look_up(
            typed["person_id_number"],
            form,
            f"{version.code} {version.short_name}",
            request.viewer,
            agency_id,
        )
        typed, answers, refused = {**typed, **found.person}, found.answers, found.refused
    elif request.method == "POST":
        for topic in form.definition.topics:
            answers |= binding.from_post(
                form, topic.key, request.POST, find_commune=addresses.find_commune
            )
        try:
            dossier = _file(request, version.id, agency_id, answers, typed, receiving)
        except IncompleteAnswers as error:
            shown = set(request.POST.getlist(binding.SHOWN)[:1000])
            # A question that these answers open has not been asked yet: it is shown, not judged.
            wrong: list[Any] = list(error.errors)
            asked = [one for one in wrong if one.field.partition(".")[0] in shown]
            more = len(asked) < len(wrong)
            changed = "more" in request.POST or binding.changed_lines(request.POST)
            errors = [] if changed else asked
        except (Refused, UploadRefused) as error:
            refused = error.message
        except (PeopleError, BadIdNumber) as error:
            refused = str(error)
        else:
            messages.success(
                request,
                _("Đã lập hồ sơ %s.") % dossier.number,
                extra_tags="good",
            )
            if receiving is not None:
                return redirect("desk:transfers")
            return redirect("desk:dossier", number=dossier.number)
    return render(
        request,
        "desk/counter_file.html",
        {
            "version": version,
            "topics": form.topics(answers),
            "errors": errors,
            "refused": refused,
            "more": more,
            "typed": typed,
            "receiving": receiving,
            "return_places": Transfer.Return.choices,
            "return_at": request.POST.get("return_at", ""),
            "components": [one for one in version.components if one.upload] if receiving else [],
            "section": "counter",
        },
    )


def _receiving(request: Request, mine: int) -> AgencyFacts | None:
    """The agency elsewhere that decides, None when it is decided here. Raises `UnknownAgency`."""
    asked = request.GET.get("co-quan", "")
    if not asked:
        return None
    if not asked.isascii() or not asked.isdigit() or len(asked) > 12:
        raise agencies.UnknownAgency(asked)
    found = agencies.facts(int(asked))
    return None if found.id == mine else found


def _papers(request: Request, version: VersionFacts) -> list[tuple[str, File]]:
    """What the counter has scanned for an agency elsewhere. Raises `UploadRefused`."""
    return [
        (
            one.key,
            documents.store_upload(upload.name or "tep", upload.read(), None, clock.now()),
        )
        for one in version.components
        for upload in request.FILES.getlist(f"file-{one.key}")
    ]


def _file(
    request: Request,
    version_id: int,
    agency_id: int,
    answers: dict[str, Any],
    typed: dict[str, str],
    receiving: AgencyFacts | None,
) -> Any:
    """Raises `Refused`, `PeopleError`, `BadIdNumber` and `UploadRefused`."""
    person = intake.person_at_counter(
        typed["person_id_number"],
        typed["person_full_name"],
        _birth_date(typed["person_birth_date"]),
        typed["person_phone"],
        clock.now(),
    )
    if receiving is not None:
        return transferring.take_in(
            request.viewer,
            agency_id,
            version_id,
            receiving.id,
            person,
            answers,
            _papers(request, catalogue.version(version_id)),
            request.POST.get("return_at", ""),
            clock.now(),
        )
    return intake.file_at_counter(
        request.viewer, version_id, agency_id, person, answers, [], clock.now()
    )


def _birth_date(typed: str) -> date | None:
    """Raises `Refused` for what is no date."""
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Refused(_("Ngày sinh của người đến làm thủ tục không đúng.")) from None
