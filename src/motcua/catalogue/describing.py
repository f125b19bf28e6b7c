"""A published version written as the specification that would publish it again: what an
administrator starts a draft from, and what two versions are compared by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .facts import CaseFacts, ChannelFacts, VersionFacts

_TEXTS = ("subjects", "steps", "conditions", "authority", "source_url", "online_reason")
_NAMED = ("result_template", "register", "case_question")


def describe(version: VersionFacts, form: str | None, process: str | None) -> dict[str, Any]:
    """The specification of a version (`procedure.schema.json`) without its competence. `form` and
    `process` are the keys of what it uses; empty parts are left out."""
    said: dict[str, Any] = {
        "from": version.valid_from.isoformat(),
        "decision": version.decision,
        "online": version.online,
        "level": version.level,
        "levels": list(version.levels),
        "bookable": version.bookable,
        "assurance": version.assurance,
        "pay_at": version.pay_at,
        "form": form,
        "process": process,
    }
    said |= {name: value for name in (*_TEXTS, *_NAMED) if (value := getattr(version, name))}
    if version.service_class != "public":
        said["service_class"] = version.service_class
    said |= {
        "legal_basis": [dict(basis) for basis in version.legal_basis],
        "parameters": _plain(version.parameters),
        "notes": list(version.notes),
        "cases": [_case(case) for case in version.cases],
        "components": [
            _filled(
                {
                    "key": one.key,
                    "name": one.name,
                    "originals": one.originals,
                    "copies": one.copies,
                    "required": one.required,
                    "upload": one.upload,
                    "needed": one.needed,
                    "replaced_by": one.replaced_by,
                    "form_code": one.form_code,
                }
            )
            for one in version.components
        ],
        "results": [{"code": one.code, "name": one.name} for one in version.results],
    }
    return said


def _case(case: CaseFacts) -> dict[str, Any]:
    return {
        "key": case.key,
        "name": case.name,
        "channels": [_channel(channel) for channel in case.channels],
    }


def _channel(channel: ChannelFacts) -> dict[str, Any]:
    said: dict[str, Any] = {"way": channel.way}
    if channel.limit is not None:
        said["limit"] = {"unit": channel.limit.unit}
        if channel.limit.amount is not None:
            amount = float(channel.limit.amount)
            said["limit"]["amount"] = int(amount) if amount.is_integer() else amount
    texts = ("fee", "fee_name", "fee_kind", "fee_text", "source")
    said |= {name: value for name in texts if (value := getattr(channel, name))}
    if channel.illustrative:
        said["illustrative"] = True
    return said


def _filled(said: Mapping[str, Any]) -> dict[str, Any]:
    """Without empty texts, which the schema reads as left out."""
    return {name: value for name, value in said.items() if value != ""}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
