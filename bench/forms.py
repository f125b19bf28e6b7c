"""How fast a form answers: `python -m bench.forms`.

Prints milliseconds and the ratio to a floor measured in the same run, one `json.dumps` of the same
answers: less than that no server does that takes and keeps them.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import django

TODAY = date(2026, 11, 22)
ROUNDS = 200


def best_of(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """Milliseconds of the median round."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return sorted(times)[rounds // 2] * 1000


def large_form(fields: int, rules: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A form of `fields` questions in pages of ten, four in five of them with a condition on an
    earlier one, and `rules` rules over two or three questions; and complete answers to it."""
    questions: dict[str, dict[str, Any]] = {}
    answers: dict[str, Any] = {}
    for i in range(fields):
        kind = ("text", "number", "yes_no", "date", "choice")[i % 5]
        one: dict[str, Any] = {"type": kind, "label": f"Câu hỏi {i}", "required": True}
        if kind == "choice":
            one["options"] = [["a", "A"], ["b", "B"]]
        if i % 5 and i > 5:
            one["visible"] = f"q{i - i % 5 - 3} == true && q{i - i % 5 - 4} > 0"
        questions[f"q{i}"] = one
        answers[f"q{i}"] = {
            "text": "Nguyễn Thị Hương, thôn Pò Cại",
            "number": i + 1,
            "yes_no": True,
            "date": "2026-01-02",
            "choice": "a",
        }[kind]
    conditions = [
        {
            "when": f"q{5 * (i % (fields // 5)) + 1} + q{5 * ((i * 7) % (fields // 5)) + 1} > 0 "
            f"&& q{5 * (i % (fields // 5)) + 3} < today",
            "field": f"q{5 * (i % (fields // 5)) + 1}",
            "message": "Chưa khớp.",
        }
        for i in range(rules)
    ]
    names = list(questions)
    topics = [
        {"key": f"t{i}", "title": f"Trang {i}", "fields": names[i : i + 10]}
        for i in range(0, fields, 10)
    ]
    form = {"title": "Lớn", "topics": topics, "fields": questions, "rules": conditions}
    return form, answers


def report(name: str, definition: dict[str, Any], answers: dict[str, Any]) -> None:
    """One form: compiling, everything a request does with it, and one changed answer."""
    from motcua.forms.definition import parse
    from motcua.forms.engine import CompiledForm

    floor = best_of(lambda: json.dumps(answers, ensure_ascii=False))
    form = CompiledForm(parse(definition))
    assert form.validate(answers, today=TODAY) == [], form.validate(answers, today=TODAY)
    before = form.state(answers, TODAY)
    key, value = next((k, v) for k, v in answers.items() if isinstance(v, bool))
    changed = {**answers, key: not value}
    lines = {
        "compile": best_of(lambda: CompiledForm(parse(definition)), 20),
        "validate, complete": best_of(lambda: form.validate(answers, today=TODAY)),
        "validate, empty": best_of(lambda: form.validate({}, today=TODAY)),
        "cleaned": best_of(lambda: form.cleaned(answers, TODAY)),
        "state after one change": best_of(lambda: form.state(changed, TODAY, before=before)),
        "topics": best_of(lambda: form.topics(answers, today=TODAY)),
    }
    print(
        f"{name}: {len(definition['fields'])} fields, {len(definition['rules'])} rules, "
        f"floor {floor * 1000:.1f} µs"
    )
    for what, took in lines.items():
        print(f"  {what:<24} {took:8.3f} ms   {took / floor:7.1f} × floor")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.runtime.settings")
    django.setup()
    for fields, rules in ((30, 10), (150, 120)):
        report(f"generated {fields}", *large_form(fields, rules))


if __name__ == "__main__":
    main()
