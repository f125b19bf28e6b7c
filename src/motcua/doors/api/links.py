"""Which answer leads to which further call: the links of OpenAPI, in the API's description.

A program (and the test that walks them) reads there what the words of a guide would say: the number
of a dossier that was filed is what the dossier is asked for by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Link:
    """From an answer of status `status` to the operation `to`, with `given` for its parameters
    (expressions of OpenAPI 3.1). Operations are named as `GET /api/v1/dossiers`."""

    name: str
    at: str
    status: str
    to: str
    given: dict[str, str]


def _listed(kind: str, path: str, parameter: str, field: str) -> tuple[Link, Link]:
    """From a page of a list to its first entry, and to the next page."""
    listed = f"GET {path}"
    return (
        Link(
            f"{kind}First", listed, "200", f"{listed}/{{{parameter}}}",
            {parameter: f"$response.body#/items/0/{field}"},
        ),
        Link(f"{kind}Next", listed, "200", listed, {"after": "$response.body#/next"}),
    )  # fmt: skip


LINKS = (
    Link(
        "DossierFiled", "POST /api/v1/dossiers", "201", "GET /api/v1/dossiers/{number}",
        {"number": "$response.body#/number"},
    ),
    *_listed("MyDossiers", "/api/v1/dossiers", "number", "number"),
    *_listed("AgencyDossiers", "/api/v1/agency/dossiers", "number", "number"),
    *_listed("Procedures", "/api/v1/procedures", "code", "code"),
)  # fmt: skip


def put_in(description: dict[str, Any]) -> None:
    """Write the links into an OpenAPI description. Raises KeyError for one that leads nowhere."""

    def operation(label: str) -> dict[str, Any]:
        method, _, path = label.partition(" ")
        found: dict[str, Any] = description["paths"][path][method.lower()]
        return found

    for link in LINKS:
        answers = operation(link.at)["responses"]
        answer = answers.get(link.status) or answers[int(link.status)]
        answer.setdefault("links", {})[link.name] = {
            "operationId": operation(link.to)["operationId"],
            "parameters": link.given,
        }
