"""One page of questions: shown, saved by itself, sent, judged. Nothing typed is thrown away."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from motcua.doors import addresses
from motcua.doors.access import Request, missing, signed_in
from motcua.doors.portal.views.filing import GET_POST, opened
from motcua.dossiers import once_only
from motcua.dossiers.actions import drafting
from motcua.dossiers.errors import DraftChanged, DraftGone
from motcua.dossiers.models import Draft
from motcua.dossiers.queries import citizen
from motcua.forms import binding
from motcua.forms.engine import CompiledForm
from motcua.forms.wording import FieldError
from motcua.foundation import clock


@signed_in
@require_http_methods(GET_POST)
def topic(request: Request, draft_id: int, topic: str) -> HttpResponse:
    """One topic. Whatever was typed is kept, right or wrong; a wrong answer is said next to it."""
    try:
        draft, version, form = opened(request, draft_id)
        if draft.submitted_as is not None:
            return redirect("portal:filed", number=draft.submitted_as.number)
        if topic not in {one.key for one in form.definition.topics}:
            return missing(request, _("Biểu mẫu này không có phần như vậy."))
        if request.method == "POST" and "autosave" in request.POST:
            return _autosaved(request, draft, form, topic)
        answers = citizen.draft_answers(draft)
        errors: list[Any] = []
        conflict, more = "", False
        if request.method == "POST":
            bound, disputed = _read(request, draft, form, topic)
            answers = {**answers, **bound}
            how = binding.how_wrong(request.POST, disputed)
            errors = form.validate(answers, topic=topic) + _unsaid(
                form, topic, disputed, how, draft
            )
            more = bool(binding.newly_visible(form, topic, request.POST, answers))
            try:
                draft = _save(request, draft_id, bound, disputed, how)
            except ValueError:
                conflict = _("Trang gửi lên không đầy đủ. Hãy tải lại trang.")
            except DraftChanged as error:
                conflict = error.message
                draft, version, form = opened(request, draft_id)
            else:
                if binding.changed_lines(request.POST) or more:
                    errors = []
                elif not errors or "later" in request.POST:
                    return _onward(request, draft, form, topic)
    except DraftGone as error:
        return missing(request, error.message)
    views = form.topics(answers, _sourced(draft))
    current = next((view for view in views if view.key == topic), None)
    if current is None:
        return redirect("portal:draft", draft_id=draft_id)
    return render(
        request,
        "portal/topic.html",
        {
            "draft": draft,
            "version": version,
            "topic": current,
            "position": views.index(current) + 1,
            "count": len(views),
            "errors": errors,
            "conflict": conflict,
            "more": more,
            "why_asked": _why_asked(draft, form, topic),
        },
    )


@require_safe
@cache_control(public=True, max_age=3600)
def communes(request: Request, province: str) -> HttpResponse:
    """The communes of a province, for the list of an address whose province was changed."""
    return JsonResponse({"communes": addresses.communes(province)})


def _read(
    request: Request, draft: Draft, form: CompiledForm, topic: str
) -> tuple[dict[str, Any], Collection[str]]:
    """What the page holds: the answers, and the fields whose register is said to be wrong."""
    disputed = binding.disputed(form, topic, request.POST)
    bound = binding.from_post(
        form,
        topic,
        request.POST,
        find_commune=addresses.find_commune,
        locked=_locked(form, draft) - disputed,
    )
    return bound, disputed


def _unsaid(
    form: CompiledForm, topic: str, disputed: Collection[str], how: Mapping[str, str], draft: Draft
) -> list[FieldError]:
    """What is said to be wrong without a word in what way, asked for beside the question."""
    return [
        FieldError(
            key,
            form.definition.fields[key].label,
            _("Hãy cho biết thông tin của Nhà nước sai ở chỗ nào."),
            topic,
        )
        for key in sorted(set(disputed) | _pending(draft, form, topic))
        if not once_only.words(how.get(key, "")) and f"field:{key}" not in draft.disputes
    ]


def _pending(draft: Draft, form: CompiledForm, topic: str) -> set[str]:
    """The questions of a topic of which the register was said to be wrong, not yet in what way."""
    mine = next(one for one in form.definition.topics if one.key == topic)
    return {
        key
        for key, source in draft.sources.items()
        if key in mine.fields and _is_unsaid(draft, key, source)
    }


def _is_unsaid(draft: Draft, key: str, source: Mapping[str, Any]) -> bool:
    return bool(source.get("disputed")) and f"field:{key}" not in draft.disputes


def _why_asked(draft: Draft, form: CompiledForm, topic: str) -> list[str]:
    """Why questions of this topic are asked that a register could have answered."""
    mine = next(one for one in form.definition.topics if one.key == topic)
    sourced = {key: source for key, source in form.sources().items() if key in mine.fields}
    return list(once_only.why_asked(sourced, draft.sources, draft.lookups).values())


def _save(
    request: Request,
    draft_id: int,
    bound: dict[str, Any],
    disputed: Collection[str],
    how: Mapping[str, str],
) -> Draft:
    """Raises `DraftChanged`, `DraftGone`, and `ValueError` when the page does not say which state
    of the draft it shows."""
    seen = int(request.POST.get("seen", "0"))
    return drafting.save_topic(
        request.viewer, draft_id, bound, seen, clock.now(), disputed=disputed, how=how
    )


def _autosaved(request: Request, draft: Draft, form: CompiledForm, topic: str) -> HttpResponse:
    """Keep what is typed so far without judging it, and say when it was kept, as which revision,
    and which questions are asked now."""
    bound, disputed = _read(request, draft, form, topic)
    try:
        how = binding.how_wrong(request.POST, disputed)
        draft = _save(request, draft.pk, bound, disputed, how)
    except ValueError:
        return JsonResponse({"message": _("Trang gửi lên không đầy đủ.")}, status=400)
    except DraftChanged as error:
        return JsonResponse({"message": error.message}, status=409)
    views = form.topics(citizen.draft_answers(draft))
    shown = [field.key for view in views if view.key == topic for field in view.fields]
    at = clock.local(draft.saved_at).strftime("%H:%M:%S %d/%m/%Y")
    return JsonResponse(
        {
            "seen": draft.revision,
            "shown": shown,
            "message": _("Đã tự lưu lúc %s.") % at,
        }
    )


def _sourced(draft: Draft) -> dict[str, str]:
    """The fields that a register filled and the person has not disputed in words, each with where
    it is from."""
    return {
        key: _("từ %(register)s, %(day)s")
        % {
            "register": source["name"],
            "day": date.fromisoformat(source["as_of"]).strftime("%d/%m/%Y"),
        }
        for key, source in draft.sources.items()
        if not source.get("disputed") or _is_unsaid(draft, key, source)
    }


def _locked(form: CompiledForm, draft: Draft) -> set[str]:
    """Fields that may only be disputed, not edited, while a register's answer stands in them."""
    fields = form.definition.fields
    return {key for key in _sourced(draft) if key in fields and fields[key].locked_when_sourced}


def _onward(request: Request, draft: Draft, form: CompiledForm, topic: str) -> HttpResponse:
    """To the next topic, or back to the task list after the last or when asked."""
    keys = [view.key for view in form.topics(citizen.draft_answers(draft))]
    if "later" in request.POST or topic not in keys or topic == keys[-1]:
        return redirect("portal:draft", draft_id=draft.pk)
    return redirect("portal:topic", draft_id=draft.pk, topic=keys[keys.index(topic) + 1])
