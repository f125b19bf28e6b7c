"""What the API says of itself is well formed, and it answers only what it says."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from ..dossiers import answers as a
from .conftest import Program

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


@pytest.fixture
def description():
    answer = Program().get("/api/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def operations(description):
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def test_it_is_openapi_3_1(description):
    assert re.fullmatch(r"3\.1\.\d+", description["openapi"])
    assert {"title", "version"} <= description["info"].keys()
    assert {"paths", "components"} <= description.keys()


def test_every_reference_leads_somewhere(description):
    for reference in references(description):
        at = description
        for part in reference.removeprefix("#/").split("/"):
            assert part in at, reference
            at = at[part]


def test_operations_are_named_once_and_their_paths_parameters_are_described(description):
    names = [operation["operationId"] for _, _, operation in operations(description)]
    assert len(names) == len(set(names))
    for path, _, operation in operations(description):
        in_path = {x["name"] for x in operation["parameters"] if x["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path))
        assert all(x["required"] for x in operation["parameters"] if x["in"] == "path")
        assert operation["summary"]


def test_schemas_are_json_schemas(description):
    import jsonschema_rs

    for schema in description["components"]["schemas"].values():
        jsonschema_rs.meta.validate(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
        )


def test_every_failure_is_described_as_a_problem(description):
    for path, method, operation in operations(description):
        for status, response in operation["responses"].items():
            assert re.fullmatch(r"[1-5]\d\d", status)
            assert response["description"]
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"], (path, method)


REPEATABLE = {"/api/v1/catalogue/import"}
"""What changes nothing when it is sent a second time, without a key."""


def test_what_files_something_wants_an_idempotency_key(description):
    for path, method, operation in operations(description):
        if method == "post" and path.startswith("/api/v1/") and path not in REPEATABLE:
            assert "Idempotency-Key" in {x["name"] for x in operation["parameters"]}


def test_what_is_personal_wants_a_token(description):
    for path, _, operation in operations(description):
        proves_itself = ("/api/token", "/api/jwks.json")  # the proof is in the body; public keys
        public = path.startswith("/api/v1/procedures") or path in proves_itself
        assert bool(operation.get("security")) != public


def check(description, path, method, answer):
    """The answer has a described status, media type and shape."""
    import jsonschema_rs

    described = description["paths"][path][method]["responses"]
    assert str(answer.status_code) in described, (path, answer.status_code)
    content = described[str(answer.status_code)]["content"]
    media_type = answer["Content-Type"].split(";")[0]
    assert media_type in content, media_type
    if media_type not in ("application/json", "application/problem+json"):
        return  # a file
    one = content[media_type]
    schema = {**one["schema"], "components": description["components"]}
    jsonschema_rs.validator_for(schema).validate(answer.json())


def test_what_is_answered_is_what_is_described(description, program, filing, mint):
    v1 = "/api/v1"
    filed = program.post(f"{v1}/dossiers", filing)
    number = filed.json()["number"]
    wrong = {**filing, "answers": {"copies": 1}}
    uploaded = program.upload("a.pdf", a.pdf())
    nobody = Program()
    poor = Program(mint(scope="identity"))
    for path, method, answer in (
        (f"{v1}/procedures", "get", nobody.get(f"{v1}/procedures")),
        (f"{v1}/procedures", "get", nobody.get(f"{v1}/procedures", q="khai sinh")),
        (f"{v1}/procedures", "get", nobody.get(f"{v1}/procedures", after="x")),
        (f"{v1}/procedures", "get", nobody.get(f"{v1}/procedures", limit="x")),
        (f"{v1}/procedures/{{code}}", "get", nobody.get(f"{v1}/procedures/1.013225")),
        (f"{v1}/procedures/{{code}}", "get", nobody.get(f"{v1}/procedures/2.000815")),
        (f"{v1}/procedures/{{code}}", "get", nobody.get(f"{v1}/procedures/0")),
        (f"{v1}/dossiers", "post", filed),
        (f"{v1}/dossiers", "post", program.post(f"{v1}/dossiers", wrong, key="khoa-0002")),
        (f"{v1}/dossiers", "post", program.post(f"{v1}/dossiers", "{", key="khoa-0002")),
        (f"{v1}/dossiers", "post", program.post(f"{v1}/dossiers", {}, key="khoa-0002")),
        (f"{v1}/dossiers", "post", nobody.post(f"{v1}/dossiers", filing)),
        (f"{v1}/dossiers", "post", poor.post(f"{v1}/dossiers", filing)),
        (f"{v1}/dossiers", "get", program.get(f"{v1}/dossiers")),
        (f"{v1}/dossiers", "get", program.get(f"{v1}/dossiers", after="x")),
        (f"{v1}/dossiers", "get", nobody.get(f"{v1}/dossiers")),
        (f"{v1}/dossiers/{{number}}", "get", program.get(f"{v1}/dossiers/{number}")),
        (f"{v1}/dossiers/{{number}}", "get", program.get(f"{v1}/dossiers/x")),
        (f"{v1}/files", "post", uploaded),
        (f"{v1}/files", "post", program.upload("a.pdf", b"x", key="tep-00002")),
        (f"{v1}/files", "post", nobody.upload("a.pdf", b"x")),
        ("/api/national/dossiers", "post", nobody.post("/api/national/dossiers", {})),
    ):
        check(description, path, method, answer)


def test_the_schema_of_a_form_accepts_what_the_form_accepts():
    import jsonschema_rs

    for code, (_, answers) in a.FIVE.items():
        form = Program().get(f"/api/v1/procedures/{code}").json()["form"]
        jsonschema_rs.meta.validate(form)
        jsonschema_rs.validator_for(form).validate(answers())


def test_a_procedure_that_is_not_filed_here_says_why():
    shown = Program().get("/api/v1/procedures/1.002755").json()
    assert shown["fileable"] is False
    assert shown["form"] is None
    assert shown["online_reason"]


def test_pages_of_procedures_hold_each_once_in_the_order_of_their_codes():
    codes, after = [], ""
    while after is not None:
        page = Program().get("/api/v1/procedures", limit=7, after=after).json()
        codes += [item["code"] for item in page["items"]]
        after = page["next"]
    assert codes == sorted(set(codes))
    assert len(codes) >= 25


def test_who_opens_the_api_is_led_to_its_description() -> None:
    answer = Client().get("/api/", follow=True)
    assert answer.redirect_chain == [("/api/openapi.json", 302)]
    assert answer.json()["openapi"].startswith("3.1")
