"""What people were not asked for because the State knew: on a page and as a table to take away."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.doors.access import Request, missing, officer_only
from motcua.dossiers.queries import register, spared
from motcua.foundation import clock

LONGEST = timedelta(days=366)
COLUMNS = (
    "agency",
    "procedure",
    "name",
    "dossiers",
    "papers_not_asked",
    "answers_not_asked",
    "people_minutes",
    "people_vnd",
    "state_minutes",
    "state_vnd",
    "assumed",
)


@officer_only
@require_safe
def show(request: Request) -> HttpResponse:
    """The figures of the viewer's agencies for a time: this year unless another is asked for."""
    if not register.kept_by(request.viewer):
        return missing(request, _("Trang này dành cho cán bộ giải quyết hồ sơ."))
    today = clock.today()
    since = _day(request.GET.get("tu", ""), today.replace(month=1, day=1))
    until = _day(request.GET.get("den", ""), today)
    problem = ""
    if not timedelta(0) <= until - since <= LONGEST:
        since, until = today.replace(month=1, day=1), today
        problem = _("Chọn từ ngày đến ngày, nhiều nhất một năm.")
    found = spared.table(request.viewer, _start(since), _start(until + timedelta(days=1)))
    if request.GET.get("dang") == "csv" and not problem:
        return _csv(found, f"khong-hoi-lai-{since}-{until}.csv")
    context = {
        "table": found,
        "since": since,
        "until": until,
        "problem": problem,
        "section": "register",
    }
    return render(request, "desk/spared.html", context, status=422 if problem else 200)


def _day(said: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return otherwise


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), clock.TZ)


def _csv(table: spared.Table, name: str) -> HttpResponse:
    """Counts by agency and procedure, fit to be given out: nothing of a person is in it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in table.rows:
        people, state = row.savings.people, row.savings.state
        writer.writerow(
            [
                row.agency,
                row.code,
                row.procedure,
                row.dossiers,
                row.papers,
                row.answers,
                *(people.minutes, people.money, state.minutes, state.money),
                int(row.assumed),
            ]
        )
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
