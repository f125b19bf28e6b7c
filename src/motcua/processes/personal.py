"""What this room holds about a person."""

from __future__ import annotations

from django.db.models import Q

from motcua.foundation.holdings import Held

_FIELDS = {
    "name": "Bước",
    "agency__name": "Cơ quan",
    "state": "Tình trạng",
    "opened_at": "Bắt đầu lúc",
    "due_at": "Hạn",
    "done_at": "Xong lúc",
}
_OMIT = {
    "step": "the step's name in the process file",
    "kind": "the kind of step, for programs",
    "role": "which role it waits for",
    "outcome": "the outcome's key; the timeline says it in words",
    "outcomes": "which outcomes the step offers, from the process file",
    "settings": "the step's settings, from the process file",
}

HELD = (
    Held(
        key="steps",
        title="Các bước giải quyết hồ sơ của bạn",
        model="processes.WorkItem",
        rows=lambda whose: Q(subject__in=whose.subjects),
        fields=_FIELDS,
        omit=_OMIT,
        why="Giao việc cho người giải quyết, theo dõi thời hạn",
        duty="Luật Lưu trữ 2024: hồ sơ giải quyết thủ tục là tài liệu lưu trữ của cơ quan",
        kept="Theo hồ sơ",
    ),
    Held(
        key="work",
        title="Việc bạn đã làm hoặc được giao (cán bộ)",
        model="processes.WorkItem",
        rows=lambda whose: Q(done_by__in=whose.accounts) | Q(assignee__in=whose.accounts),
        fields=_FIELDS,
        omit=_OMIT,
        why="Trách nhiệm của người giải quyết",
        duty="Luật Lưu trữ 2024: hồ sơ giải quyết thủ tục là tài liệu lưu trữ của cơ quan",
        kept="Theo hồ sơ",
    ),
)

OUTSIDE = {
    "processes.ProcessInstance": "the engine's state without any answer; its steps are handed out",
}
