"""Processes for administrators: the list, drafts as lists of steps with findings, picture and
simulation, publishing, BPMN files in and out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import wraps
from typing import Any, Concatenate

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.agencies import queries as agencies
from motcua.catalogue import keepers, process_uses
from motcua.doors.access import P, Request, any_account, missing
from motcua.doors.desk import process_form
from motcua.doors.step_up import fresh_second_factor
from motcua.foundation import calendar, clock
from motcua.people import queries as people
from motcua.processes import bpmn, drafting, inspection, own, picture, queries, steplist
from motcua.processes.bpmn import ROLES
from motcua.processes.definition import APPLICANT, SYSTEM, Definition
from motcua.processes.errors import BadProcess, DraftRefused, ProcessError
from motcua.processes.inspection import Surroundings
from motcua.processes.models import ProcessDraft
from motcua.processes.simulation import Plan, Result, simulate
from motcua.processes.steplist import NotAList, StepList

MOST_SIMULATED = 300
"""Dossiers of a simulation on the page: it is answered within a few seconds."""
OFFICERS = [(key, name) for key, name in ROLES.items() if key not in (APPLICANT, SYSTEM)]


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose processes somebody writes: the standard ones (those who keep the catalogue), and those
    of the agencies they are administrator of."""

    standard: bool
    agencies: frozenset[int]
    by: str


def _reach(viewer: Any) -> Reach | None:
    standard = keepers.reach(viewer) is not None
    if not standard and not viewer.administers:
        return None
    return Reach(standard, viewer.administers, f"account:{viewer.account_id}")


def process_writer(
    view: Callable[Concatenate[Any, Reach, P], HttpResponseBase],
) -> Callable[Concatenate[Any, P], HttpResponseBase]:
    """Only administrators, told how far they may. To others there is no such page."""

    @any_account
    @wraps(view)
    def inner(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        reach = _reach(request.viewer)
        if reach is None:
            return missing(request, _("Trang này dành cho người quản trị."))
        return view(request, reach, *args, **kwargs)

    return inner


@process_writer
@require_safe
def processes(request: Request, reach: Reach) -> HttpResponse:
    """What is published, which agencies run their own, what is being written, and templates."""
    mine = [agencies.agency(pk) for pk in sorted(reach.agencies)]
    context = {
        "section": "processes",
        "published": queries.published(),
        "own": queries.own_processes(reach.agencies),
        "drafts": queries.drafts(reach.standard, reach.agencies),
        "templates": queries.templates(),
        "mine": mine,
        "reach": reach,
        "today": clock.today(),
        "tomorrow": clock.today() + timedelta(days=1),
    }
    return render(request, "desk/processes.html", context)


@process_writer
@require_POST
def start(request: Request, reach: Reach) -> HttpResponse:
    """Begin a draft: from a template, from the newest version of a process, or from a file."""
    key = request.POST.get("key", "").strip()[:60]
    for_agency = request.POST.get("agency", "")
    agency_id = int(for_agency) if for_agency.isascii() and for_agency.isdecimal() else None
    if (agency_id is None and not reach.standard) or (
        agency_id and agency_id not in reach.agencies
    ):
        return missing(request, _("Bạn không soạn quy trình này."))
    try:
        text = _beginning(request, key, agency_id)
        draft = drafting.start(key, text, agency_id, reach.by, clock.now())
    except ProcessError as error:
        messages.error(request, str(error), extra_tags="bad")
        return redirect("desk:processes")
    return redirect("desk:process-draft", draft_id=draft.pk)


def _beginning(request: Request, key: str, agency_id: int | None) -> str:
    """The text a draft begins with. Raises `ProcessError`."""
    if "file" in request.FILES:
        return _sent_file(request)
    if template := request.POST.get("template", ""):
        name = request.POST.get("name", "").strip()[:200] or key
        return queries.from_template(template, key, name)
    newest = None
    if agency_id is not None:
        newest = queries.latest(own.key_of(key, agencies.agency(agency_id).code))
    newest = newest or queries.latest(key)
    if newest is None:
        raise DraftRefused(_("Chưa công bố quy trình nào có mã này."))
    return newest.bpmn


def _sent_file(request: Request) -> str:
    sent = request.FILES["file"]
    assert isinstance(sent, UploadedFile)
    if sent.size is None or sent.size > bpmn.LARGEST_FILE:
        raise DraftRefused(_("Tệp BPMN lớn hơn 1 MB."))
    try:
        return sent.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DraftRefused(_("Tệp BPMN phải viết bằng mã UTF-8.")) from None


def _mine(reach: Reach, draft_id: int) -> ProcessDraft | None:
    """The draft, if this viewer writes such drafts."""
    draft = queries.draft(draft_id)
    if draft is None:
        return None
    may = reach.standard if draft.agency_id is None else draft.agency_id in reach.agencies
    return draft if may else None


@process_writer
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: Request, reach: Reach, draft_id: int) -> HttpResponse:
    """The steps as fields; what is found; the picture; what a simulation says. What cannot be kept
    is shown as typed."""
    found = _mine(reach, draft_id)
    if found is None:
        return missing(request, _("Không tìm thấy bản thảo này."))
    editable = found.state == ProcessDraft.State.WRITING
    given, not_a_list = _as_list(found.bpmn)
    problems: list[str] = []
    if request.method == "POST" and editable and given is not None:
        given = process_form.read(request.POST.dict(), given)
        try:
            drafting.save(draft_id, steplist.write(given), _seen(request), reach.by, clock.now())
        except BadProcess as error:
            problems = [str(problem) for problem in error.problems]
        except ProcessError as error:
            problems = [str(error)]
        else:
            messages.success(request, _("Đã lưu bản thảo."), extra_tags="good")
            return redirect("desk:process-draft", draft_id=draft_id)
    context = {
        "section": "processes",
        "draft": found,
        "editable": editable,
        "problems": problems,
        "given": given,
        "fields": process_form.fields(given) if given is not None else [],
        "targets": [(step.key, step.name) for step in given.steps] if given is not None else [],
        "not_a_list": not_a_list,
        "roles": list(ROLES.items()),
        "officers": OFFICERS,
        "kinds": list(process_form.KINDS.items()),
        "tomorrow": clock.today() + timedelta(days=1),
        "may_publish": found.agency_id is not None or found.written_by != reach.by,
        **_judged(request, found),
    }
    return render(request, "desk/process_draft.html", context, status=422 if problems else 200)


def _as_list(text: str) -> tuple[StepList | None, list[str]]:
    """The draft as a list of steps, or why it is none."""
    try:
        return steplist.read(text), []
    except NotAList as error:
        return None, [str(problem) for problem in error.problems]


def _judged(request: Request, found: ProcessDraft) -> dict[str, Any]:
    """Findings, picture, simulation of what is kept."""
    uses = process_uses.uses(found.key, clock.today())
    said: dict[str, Any] = {"uses": uses, "plan": _typed(request)}
    try:
        definition = bpmn.read_all(found.bpmn, queries.definition)
    except BadProcess as error:
        return {**said, "findings": _named(list(error.problems))}
    problems = inspection.inspect(definition, _around(found, uses))
    said["findings"] = _named(problems)
    if not {problem.code for problem in problems} & {"shape", "not_cel"}:
        said["picture"] = picture.sketch(found.bpmn, definition)
        said["longest"] = inspection.longest(definition)
    runs = {problem.code for problem in problems} <= {"no_holder", "no_office", "too_long"}
    if request.GET.get("n") and runs:
        try:
            said["result"] = _simulated(request, definition, found, uses)
        except (ProcessError, calendar.CalendarError) as error:
            said["cannot"] = str(error)
    return said


def _named(problems: list[Any]) -> list[tuple[str, Any]]:
    return [(inspection.NAMES[problem.code], problem) for problem in problems]


def _around(found: ProcessDraft, uses: process_uses.Uses) -> Surroundings:
    """Where the draft is to run: an agency's own in that agency, a standard one anywhere."""
    if found.agency_id is None:
        return Surroundings(None, uses.limit, uses.names)
    places = {"": found.agency_id, **agencies.offices(found.agency_id)}
    now = clock.now()
    holders = {
        office: frozenset(role for role, _ in OFFICERS if people.holders(pk, role, now).exists())
        for office, pk in places.items()
    }
    return Surroundings(holders, uses.limit, uses.names)


def _typed(request: Request) -> dict[str, Any]:
    """The fields of the simulation as typed, or as they begin."""
    start = {"n": "100", "day": "10", "effort": "25", "seed": "1"}
    typed = {name: request.GET.get(name, first)[:6] for name, first in start.items()}
    staff = [(key, name, request.GET.get(f"s-{key}", "1")[:4]) for key, name in OFFICERS]
    return {**typed, "staff": staff, "case": request.GET.get("case", "")[:300]}


def _simulated(
    request: Request, definition: Definition, found: ProcessDraft, uses: process_uses.Uses
) -> Result:
    """Raises `ProcessError`, `CalendarError`."""
    typed = _typed(request)
    numbers = {name: typed[name] for name in ("n", "day", "effort", "seed")}
    numbers |= {key: people for key, _, people in typed["staff"]}
    if not all(text.isascii() and text.isdecimal() for text in numbers.values()):
        raise DraftRefused(_("Nhập số nguyên vào các ô chạy thử."))
    count = {name: int(text) for name, text in numbers.items()}
    case: dict[str, Any] = {"way": "online", "case": "", "supplements": 0, "decision": "grant"}
    for line in typed["case"].replace(";", "\n").splitlines():
        name, sign, value = line.partition("=")
        if sign:
            case[name.strip()] = _value(value.strip())
    here = agencies.calendar_of(found.agency_id, clock.today()) if found.agency_id else None
    plan = Plan(
        number=min(count["n"], MOST_SIMULATED),
        seed=count["seed"],
        start=datetime.combine(clock.today(), time(), clock.TZ),  # all day the same answer
        calendar=here or calendar.standard(),
        per_day=Decimal(count["day"]),
        staff={key: count[key] for key, _ in OFFICERS},
        effort=Decimal(count["effort"]) / 100,
        limit=(uses.limit, "working_hour") if uses.limit is not None else None,
        case=case,
    )
    return simulate(definition, plan)


def _value(text: str) -> Any:
    """A value typed for a condition: true, false, a whole number, else a text."""
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 15 else text


@process_writer
@require_POST
def replace(request: Request, reach: Reach, draft_id: int) -> HttpResponse:
    """Take the draft over from a BPMN file."""

    def act(found: ProcessDraft) -> None:
        if "file" not in request.FILES:
            raise DraftRefused(_("Chọn một tệp BPMN."))
        drafting.save(found.pk, _sent_file(request), _seen(request), reach.by, clock.now())

    return _do(request, reach, draft_id, act, _("Đã nhập tệp BPMN."))


@process_writer
@require_POST
def drop(request: Request, reach: Reach, draft_id: int) -> HttpResponse:
    """Lay a draft aside."""
    return _do(
        request,
        reach,
        draft_id,
        lambda found: drafting.drop(found.pk, reach.by),
        _("Đã bỏ bản thảo."),
    )


@process_writer
@require_POST
@fresh_second_factor
def publish(request: Request, reach: Reach, draft_id: int) -> HttpResponse:
    """Publish a draft in which nothing is found."""

    def act(found: ProcessDraft) -> None:
        uses = process_uses.uses(found.key, clock.today())
        around = _around(found, uses)
        since = _day(request.POST.get("since", ""))
        drafting.publish(found.pk, _seen(request), since, around, reach.by, clock.now())

    return _do(request, reach, draft_id, act, _("Đã công bố. Hồ sơ đang mở giữ quy trình khi nộp."))


def _do(
    request: Request, reach: Reach, draft_id: int, act: Callable[[ProcessDraft], Any], done: str
) -> HttpResponse:
    found = _mine(reach, draft_id)
    if found is None:
        return missing(request, _("Không tìm thấy bản thảo này."))
    try:
        act(found)
    except ProcessError as error:
        messages.error(request, str(error), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("desk:process-draft", draft_id=draft_id)


@process_writer
@require_POST
@fresh_second_factor
def end_own(request: Request, reach: Reach, agency_id: int, key: str) -> HttpResponse:
    """Let an agency return to the standard process."""
    if agency_id not in reach.agencies:
        return missing(request, _("Không có cơ quan này trong phần bạn quản lý."))
    since = _day(request.POST.get("since", ""))
    try:
        drafting.end_own(key, agency_id, since, reach.by, clock.now())
    except ProcessError as error:
        messages.error(request, str(error), extra_tags="bad")
    else:
        messages.success(request, _("Đã ghi ngày trở lại quy trình chung."), extra_tags="good")
    return redirect("desk:processes")


@process_writer
@require_safe
def draft_file(request: Request, reach: Reach, draft_id: int) -> HttpResponse:
    """The draft as a BPMN file."""
    found = _mine(reach, draft_id)
    if found is None:
        return missing(request, _("Không tìm thấy bản thảo này."))
    return _file(found.bpmn, found.key)


@process_writer
@require_safe
def version(request: Request, reach: Reach, key: str, number: int) -> HttpResponse:
    """One published version: its picture and steps; with `?tep=1` its file."""
    found = queries.version(key, number)
    if found is None or not _may_see(reach, key):
        return missing(request, _("Không có phiên bản quy trình này."))
    if request.GET.get("tep"):
        return _file(found.bpmn, key.replace(own.MARK, "-"))
    context = {
        "section": "processes",
        "version": found,
        "versions": queries.versions(key),
        "picture": picture.svg(found.pk),
        "steps": picture.outline(found.pk),
        "uses": process_uses.uses(key.partition(own.MARK)[0], clock.today()),
    }
    return render(request, "desk/process_version.html", context)


def _may_see(reach: Reach, key: str) -> bool:
    """Standard processes are everybody's here; an agency's own its administrators', and those who
    keep the standard ones."""
    _, mark, code = key.partition(own.MARK)
    if not mark or reach.standard:
        return True
    return any(agencies.agency(pk).code == code for pk in reach.agencies)


def _file(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text.encode(), content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{name}.bpmn"'
    return answer


def _seen(request: Request) -> int:
    said = request.POST.get("seen", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _day(text: str) -> date:
    """The day that was typed; the first possible when none was."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today() + timedelta(days=1)
