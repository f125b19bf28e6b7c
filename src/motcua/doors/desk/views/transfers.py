"""Taking in for agencies elsewhere: where to, what waits to be handed over, the lists, and the
published list of procedures that are taken in anywhere."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.agencies import queries as agencies
from motcua.catalogue import borderless
from motcua.catalogue import queries as catalogue
from motcua.catalogue.borderless import BadListing
from motcua.catalogue.keepers import Reach
from motcua.doors import addresses
from motcua.doors.access import Request, missing, officer_only
from motcua.doors.desk.keeping import keeper_only
from motcua.doors.desk.views.counter import desk_agency
from motcua.dossiers import transfer_rules
from motcua.dossiers.actions import transferring
from motcua.dossiers.errors import NotFound, Refused
from motcua.dossiers.queries import transfers
from motcua.foundation import clock


@officer_only
@require_safe
def elsewhere(request: Request) -> HttpResponse:
    """Which procedure, and the commune whose agency decides it; then on to the form."""
    mine = desk_agency(request)
    if mine is None:
        return missing(request, _("Quầy tiếp nhận dành cho người tiếp nhận hồ sơ."))
    code = request.GET.get("tt", "").strip()[:20]
    province = request.GET.get("tinh", "").strip()[:2] or addresses.HOME_PROVINCE
    typed = request.GET.get("xa", "").strip()[:80]
    problem = ""
    if code and typed:
        agency, problem = _receiving(mine, code, province, typed)
        if not problem:
            address = redirect("desk:counter-file", code=code)
            address["Location"] += "?" + urlencode({"co-quan": agency})
            return address
    rows = catalogue.browse(clock.today(), fileable=True)[:200]
    return render(
        request,
        "desk/elsewhere.html",
        {
            "procedures": [row.procedure for row in rows],
            "provinces": addresses.provinces(),
            "code": code,
            "province": province,
            "typed": typed,
            "problem": problem,
            "section": "counter",
        },
        status=422 if problem else 200,
    )


def _receiving(mine: int, code: str, province: str, typed: str) -> tuple[int, str]:
    """The agency that decides `code` for a commune typed by name, or why it cannot be taken in."""
    today = clock.today()
    version = catalogue.facts_in_force(code, today)
    commune = addresses.find_commune(province, typed)
    if version is None:
        return 0, _("Thủ tục này không còn hiệu lực.")
    if commune is None:
        return 0, _("Không có xã, phường nào tên như vậy trong tỉnh đã chọn.")
    found = catalogue.competent_agency(code, commune, today)
    if found.agency is None:
        return 0, found.reason
    centre = agencies.facts(mine)
    listed = borderless.is_listed(version.procedure_id, today)
    return found.agency.id, transfer_rules.refusal(centre.realm, found.agency.realm, listed)


@officer_only
@require_safe
def overview(request: Request) -> HttpResponse:
    """What waits to be handed over, by agency, and the state of what was."""
    mine = desk_agency(request)
    if mine is None:
        return missing(request, _("Quầy tiếp nhận dành cho người tiếp nhận hồ sơ."))
    page = transfers.page(request.viewer, mine, clock.now())
    return render(request, "desk/transfers.html", {"page": page, "section": "counter"})


@officer_only
@require_POST
def hand_over(request: Request, agency_id: int) -> HttpResponse:
    """Hand over all that waits for one agency, with a list."""
    mine = desk_agency(request)
    if mine is None:
        return missing(request, _("Quầy tiếp nhận dành cho người tiếp nhận hồ sơ."))
    try:
        handed = transferring.hand_over(request.viewer, mine, agency_id, clock.now())
    except NotFound:
        raise
    except agencies.UnknownAgency:
        raise NotFound from None
    except Refused as error:
        messages.error(request, error.message, extra_tags="bad")
        return redirect("desk:transfers")
    messages.success(request, _("Đã bàn giao, danh sách %s.") % handed.number, extra_tags="good")
    return redirect("desk:hand-over-list", list_id=handed.pk)


@officer_only
@require_safe
def listed(request: Request, list_id: int) -> HttpResponse:
    """One list, to print and sign on paper where paper goes along."""
    handed, lines = transfers.listed(request.viewer, list_id, clock.now())
    return render(
        request,
        "desk/hand_over_list.html",
        {"handed": handed, "lines": lines, "section": "counter"},
    )


@keeper_only
@require_http_methods(["GET", "POST"])
def published(request: Request, reach: Reach) -> HttpResponse:
    """The published list; the national keeper puts procedures on it."""
    problem = ""
    code = request.POST.get("code", "").strip()[:20]
    source = request.POST.get("source", "").strip()[:200]
    if request.method == "POST":
        if reach.province:
            raise NotFound
        try:
            since = date.fromisoformat(request.POST.get("since", ""))
            borderless.put(code, since, source, reach.by)
        except BadListing as error:
            problem = str(error)
        except ValueError:
            problem = _("Ngày bắt đầu không đúng.")
        else:
            messages.success(request, _("Đã thêm vào danh mục."), extra_tags="good")
            return redirect("desk:borderless")
    return render(
        request,
        "desk/borderless.html",
        {
            "rows": borderless.listed(clock.today()),
            "may_change": not reach.province,
            "problem": problem,
            "code": code,
            "source": source,
            "since": request.POST.get("since", clock.today().isoformat()),
            "section": "catalogue",
        },
        status=422 if problem else 200,
    )


@keeper_only
@require_POST
def end(request: Request, reach: Reach, listing_id: int) -> HttpResponse:
    """Take a procedure off the list from today on."""
    if reach.province:
        raise NotFound
    try:
        borderless.end(listing_id, clock.today(), reach.by)
    except BadListing as error:
        messages.error(request, str(error), extra_tags="warn")
    else:
        messages.success(request, _("Đã đưa ra khỏi danh mục."), extra_tags="good")
    return redirect("desk:borderless")
