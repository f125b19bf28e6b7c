"""One's own data: what is kept and why, what it is used for, and what one asks about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.doors.access import Request, missing, signed_in
from motcua.dossiers.actions import correcting
from motcua.foundation import clock
from motcua.foundation.holdings import everything
from motcua.people import own_data
from motcua.people import queries as people_queries
from motcua.people.errors import NoSuchConsent
from motcua.people.models import Consent
from motcua.people.purposes import CONSENTS, OBJECTABLE, PURPOSES
from motcua.privacy import queries
from motcua.privacy.actions import requests
from motcua.privacy.actions.requests import Asked
from motcua.privacy.actions.whole import WHOLE, WHOLE_TITLE
from motcua.privacy.errors import NoSuchRequest, PrivacyError
from motcua.privacy.grounds import GROUNDS
from motcua.privacy.rights import RIGHTS, RightKey


def _person(request: Request) -> int:
    assert request.viewer.person_id is not None, "signed_in lets nobody else in"
    return request.viewer.person_id


@never_cache
@signed_in
@require_safe
def overview(request: Request) -> HttpResponse:
    """What is kept of the viewer and why, their requests and copies, the way to each right."""
    now = clock.now()
    return render(
        request,
        "portal/data/overview.html",
        {
            "section": "account",
            "kept": queries.kept_of(request.viewer),
            "requests": queries.mine(request.viewer, now),
            "copies": queries.exports(request.viewer, now),
            "rights": RIGHTS.values(),
        },
    )


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def uses(request: Request) -> HttpResponse:
    """What the data is used for beyond what the law requires; each use given, withdrawn, stopped or
    resumed by its own button, at once."""
    person_id, now = _person(request), clock.now()
    if request.method == "POST":
        done = _settle(person_id, request.POST.get("act", ""), request.POST.get("use", ""))
        if done:
            messages.success(request, done, extra_tags="good")
        return redirect("portal:my-data-uses")
    standing = own_data.uses(person_id)
    earlier = [one for one in people_queries.consents(request.viewer) if one.withdrawn_at]
    return render(
        request,
        "portal/data/uses.html",
        {
            "section": "account",
            "consents": [use for use in standing if use.purpose.needs_consent],
            "others": [use for use in standing if not use.purpose.needs_consent],
            "earlier": earlier[:50],
            "now": now,
        },
    )


def _settle(person_id: int, act: str, key: str) -> str:
    """Carry out one button; what was done, in words, or nothing for a button that is not ours."""
    purpose, now = PURPOSES.get(key), clock.now()
    if purpose is None:
        return ""
    if act == "agree" and purpose.needs_consent:
        own_data.agree(person_id, purpose, now)
        return _("Đã ghi sự đồng ý. Bạn có thể rút bất cứ lúc nào.")
    if act == "withdraw" and purpose.needs_consent:
        own_data.withdraw_all(person_id, [key], now)
        return _("Đã rút sự đồng ý, có hiệu lực ngay.")
    if act == "stop" and not purpose.needs_consent:
        own_data.stop_uses(person_id, [key], now, by=f"person:{person_id}")
        return _("Đã dừng, có hiệu lực ngay.")
    if act == "resume" and not purpose.needs_consent:
        own_data.resume_use(person_id, key, now)
        return _("Đã cho dùng lại.")
    return ""


def _own_consent(request: Request, consent_id: int) -> Consent:
    for one in people_queries.consents(request.viewer):
        if one.pk == consent_id:
            return one
    raise NoSuchConsent


@never_cache
@signed_in
@require_safe
def receipt(request: Request, consent_id: int) -> HttpResponse:
    """The receipt of one consent: what was read, when it was given, when withdrawn."""
    try:
        consent = _own_consent(request, consent_id)
    except NoSuchConsent as error:
        return missing(request, error.message)
    return render(
        request,
        "portal/data/receipt.html",
        {
            "section": "account",
            "consent": consent,
            "purpose": PURPOSES.get(consent.purpose),
            "name": request.viewer.name,
        },
    )


@never_cache
@signed_in
@require_safe
def receipt_json(request: Request, consent_id: int) -> HttpResponse:
    """The same for machines."""
    try:
        consent = _own_consent(request, consent_id)
    except NoSuchConsent as error:
        return missing(request, error.message)
    answer = JsonResponse(
        {
            "format": "motcua.consent-receipt",
            "version": 1,
            "receipt": consent.pk,
            "person": request.viewer.name,
            "purpose": consent.purpose,
            "wording_version": consent.version,
            "wording": consent.text,
            "given_at": consent.given_at.isoformat(),
            "withdrawn_at": consent.withdrawn_at.isoformat() if consent.withdrawn_at else None,
        },
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    answer["Content-Disposition"] = f'attachment; filename="bien-nhan-dong-y-{consent.pk}.json"'
    return answer


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def ask(request: Request, right: str) -> HttpResponse:
    """The form for one right; sent, it becomes a request with a number and a due date."""
    if right not in RIGHTS:
        return missing(request, _("Không có quyền nào như vậy."))
    refused = ""
    if request.method == "POST":
        wanted = {key: request.POST.get(key, "")[:200] for key in ("phone", "email")}
        for key in ("answer", "value"):
            wanted[key] = request.POST.get(key, "")[: correcting.LONGEST]
        asked = Asked(
            right, request.POST.getlist("about")[:60], request.POST.get("said", ""), wanted
        )
        try:
            made = requests.ask(request.viewer, asked, clock.now())
        except PrivacyError as error:
            refused = error.message
        else:
            messages.success(request, _("Đã nhận yêu cầu của bạn."), extra_tags="good")
            return redirect("portal:data-request", made.number)
    return render(
        request,
        "portal/data/ask.html",
        {
            "section": "account",
            "right": RIGHTS[right],
            "kinds": _kinds(request, right),
            "about": request.POST.getlist("about"),
            "said": request.POST.get("said", ""),
            "answers": _answers(request) if right == RightKey.CORRECT else (),
            "chosen": request.POST.get("answer", ""),
            "value": request.POST.get("value", ""),
            "phone": request.POST.get("phone", ""),
            "email": request.POST.get("email", ""),
            "needs_words": right in (RightKey.SEE, RightKey.GET),
            "refused": refused,
        },
        status=422 if refused else 200,
    )


def _answers(request: Request) -> list[correcting.Correctable]:
    """What the viewer said in dossiers without a result, and may have put right."""
    return correcting.correctable(_person(request))


def _kinds(request: Request, right: str) -> list[tuple[str, str, str]]:
    """What the form lets one choose from: key, title, and a word on it."""
    if right == RightKey.DELETE:
        whole = (WHOLE, WHOLE_TITLE, _("Xóa được khi không còn gì pháp luật buộc phải lưu"))
        return [
            whole,
            *(
                (
                    one.held.key,
                    one.held.title,
                    _("Phải lưu: %(rule)s") % {"rule": one.duty.rule}
                    if one.duty
                    else _("Xóa được"),
                )
                for one in sorted(queries.kept_of(request.viewer), key=lambda one: bool(one.duty))
            ),
        ]
    if right == RightKey.OBJECT:
        return [(one.key, one.title, one.text) for one in OBJECTABLE]
    if right == RightKey.WITHDRAW:
        return [(one.key, one.title, "") for one in CONSENTS]
    return []


@never_cache
@signed_in
@require_safe
def request_page(request: Request, number: str) -> HttpResponse:
    """One of the viewer's requests: how it stands, its story, its answer."""
    try:
        row = queries.own(request.viewer, number)
    except NoSuchRequest as error:
        return missing(request, error.message)
    return render(
        request,
        "portal/data/request.html",
        {
            "section": "account",
            "line": queries.line(row, clock.now()),
            "story": queries.story(row),
            "ground": GROUNDS.get(row.ground, ""),
            "titles": titles(row.asked),
        },
    )


def titles(asked: list[str]) -> list[str]:
    """What a request is about, in words."""
    known = {one.key: one.title for one in everything()}
    known |= {key: purpose.title for key, purpose in PURPOSES.items()}
    known[WHOLE] = WHOLE_TITLE
    return [known.get(key, key) for key in asked]


@signed_in
@require_POST
def withdraw(request: Request, number: str) -> HttpResponse:
    """Take a request back."""
    try:
        requests.withdraw(request.viewer, number, clock.now())
    except NoSuchRequest as error:
        return missing(request, error.message)
    except PrivacyError as error:
        messages.error(request, error.message, extra_tags="bad")
    return redirect("portal:data-request", number)
