"""Which control of docs/security.md is switched off how, and which test must then fail.

The names are those of the rows of "Threats and controls". What stands in the place of a function
(`module:name`) is an expression with the names of that module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

YES = "lambda *_, **__: True"
NOTHING = "lambda *_, **__: None"
NO_TEXT = "lambda *_, **__: ''"
AT_ONCE = "lambda *_, **__: 0.0"


@dataclass(frozen=True, slots=True)
class Switch:
    """`off`: what takes the place of which function or value. `sql`: runs in the test's own
    transaction. `test` fails then, and what it says has `says` in it, so that it does not fail for
    another reason; no two switches share one."""

    test: str
    off: Mapping[str, str] = field(default_factory=dict)
    sql: str = ""
    says: str = field(kw_only=True)


SWITCHES = {
    "somebody reads another's dossier, draft, paper or notice": Switch(
        "tests/dossiers/test_together.py::test_to_another_citizen_the_dossier_does_not_exist",
        {"motcua.dossiers.queries.scope:visible": "lambda viewer: Q()"},
        says="DID NOT RAISE NotFound",
    ),
    "a filter is forgotten in one of our own queries": Switch(
        "tests/dossiers/test_row_security.py::test_without_sight_nothing_is_there",
        {"motcua.foundation.sight:current": "lambda: EVERYTHING"},
        says="assert {0, 1} == {0}",
    ),
    "an administrator of an agency reads what citizens told it": Switch(
        "tests/authorisation/test_matrix.py"
        "::test_a_route_opens_to_those_it_should[GET /mot-cua/ho-so/{number}/]",
        {"motcua.dossiers.actions.acting:settles": YES},
        says="shown, not hidden",
    ),
    "a file of the catalogue from who may not bring it, larger than is taken, or of endless bad"
    " records": Switch(
        "tests/api/test_catalogue.py::test_only_with_the_scope_and_never_from_a_commune",
        {"motcua.doors.api.catalogue_keeping:_reach": "lambda request, scope: Reach('', 'x')"},
        says="assert 200 == 403",
    ),
    "a dossier is lost, or decided twice, when a decree moves the competence": Switch(
        "tests/dossiers/test_passing.py"
        "::test_what_is_decided_or_has_ended_stays_with_who_decided_it",
        {"motcua.dossiers.rules:is_decided": "lambda facts: False"},
        says="assert 'H37",
    ),
    "an officer looks without a reason": Switch(
        "tests/doors/test_looks_are_recorded.py"
        "::test_each_page_of_the_desk_that_shows_a_person_leaves_a_record",
        {"motcua.people.actions.looking:record_access": "lambda note, now: []"},
        says="not enough values to unpack (expected 1, got 0)",
    ),
    "an officer sees more than the work needs": Switch(
        "tests/doors/test_looks_are_recorded.py::test_the_desks_page_masks_what_is_personal",
        {"motcua.forms.display:masked": "lambda one, value, name_of: str(value)"},
        says="not in '<!doctype h",
    ),
    "an officer looks at colleagues or people at home, at night, in bulk"
    ", or without a dossier": Switch(
        "tests/people/test_inspecting.py::test_a_look_without_a_dossier_comes_before_the_inspector",
        {"motcua.people.odd_looks:reasons": "lambda seen, calendar: ()"},
        says="not enough values to unpack (expected 1, got 0)",
    ),
    "somebody who left goes on working": Switch(
        "tests/people/test_access.py::test_leaving_the_agency_ends_access_at_once",
        {"motcua.people.standing:_SQL": "there.replace('a.valid @> %(day)s', 'true')"},
        says=".is_officer",
    ),
    "a stolen sign-in answer, a forged token, a replayed code": Switch(
        "tests/sandbox/test_eid_sign_in.py::test_an_answer_of_another_issuer_is_refused",
        {"motcua.doors.portal.eid:finish": "edited('!= issuer', '== 0')"},
        says="assert 302 == 400",
    ),
    "an ID token used on the API": Switch(
        "tests/api/test_tokens.py::test_a_token_opens_what_its_scope_says[identity-403-403]",
        {"motcua.doors.api.dossiers:_caller": "lambda request, scope: request.auth"},
        says="assert 200 == 403",
    ),
    "a machine's secret is lost, copied or replayed": Switch(
        "tests/machines/test_tokens.py::test_a_proof_counts_once",
        {"motcua.machines.actions:_first_time": YES},
        says="assert 200 == 401",
    ),
    "a machine sees or does more than its agency allowed": Switch(
        "tests/machines/test_tokens.py::test_a_machine_sees_its_own_agencys_dossiers_and_no_others",
        {"motcua.dossiers.queries.machine:_scope": "lambda viewer: Dossier.objects.all()"},
        says="Left contains one more item",
    ),
    "guessing break-glass passwords": Switch(
        "tests/people/test_sign_in.py::test_guessing_slows_the_guesser_and_not_the_owner",
        {"motcua.people.rules:pause_after": "lambda failures: timedelta(0)"},
        says="DID NOT RAISE TooManyTries",
    ),
    "who tries many doors leaves no trail": Switch(
        "tests/doors/test_refused.py::test_who_tries_what_is_not_theirs_leaves_a_line",
        {"motcua.doors.refused:REFUSALS": "frozenset()"},
        says="not enough values to unpack (expected 1, got 0)",
    ),
    "a neighbour under the same domain, or somebody on the way, plants a cookie": Switch(
        "tests/doors/test_cookies.py::test_a_device_that_was_right_before_is_known_by_such_a_name",
        {"motcua.doors.cookies:called": "lambda name: name"},
        says="== '__Host-motcua_device'",
    ),
    "somebody at an officer's open window"
    ", or with a stolen session, signs, reveals or exports": Switch(
        "tests/doors/test_step_up.py"
        "::test_a_form_waits_for_the_second_factor_and_is_then_carried_out_as_it_was_sent",
        {"motcua.doors.step_up:is_fresh": YES},
        says="KeyError: 'location'",
    ),
    "a one-time code that was overlooked, guessed or copied from the database": Switch(
        "tests/people/test_factors.py"
        "::test_a_code_proves_once_and_is_refused_when_it_is_played_again",
        {
            "motcua.people.totp:accepted_step": "lambda seed, code, now, last_step:"
            " step_at(now) if code_at(seed, step_at(now)) == code else None"
        },
        says="DID NOT RAISE WrongCode",
    ),
    "a break-glass password becomes known": Switch(
        "tests/people/test_sessions.py"
        "::test_a_new_break_glass_password_ends_the_sessions_of_the_old_one",
        {"motcua.people.sessions:end_all": "lambda account_id, by, but=None: 0"},
        says="<QuerySet [<Session:",
    ),
    "a session on a lost telephone or a stranger's computer": Switch(
        "tests/people/test_sessions.py::test_an_ended_session_is_a_strangers",
        {"motcua.people.sessions:_end": NOTHING},
        says="_auth_user_id",
    ),
    "a window that is left open, or a cookie that is used much later": Switch(
        "tests/doors/test_idle.py::test_an_officers_ends_sooner_than_a_citizens",
        {"motcua.people.rules:session_end": "lambda limits, begun, last: begun + limits.longest"},
        says="True = is_in(",
    ),
    "leading people out of the house after sign-in": Switch(
        "tests/sandbox/test_eid_sign_in.py::test_nobody_is_led_out_of_the_house_afterwards",
        {"motcua.doors.portal.signin:_next": "lambda request, values: values.get('next', '')"},
        says="https://evil.example/",
    ),
    "scripts in a page": Switch(
        "tests/runtime/test_pages.py::test_no_page_may_run_a_script_of_others_or_stand_in_a_frame",
        {"motcua.runtime.headers:content_security_policy": NO_TEXT},
        says="in ''",
    ),
    "forged form posts": Switch(
        "tests/authorisation/test_matrix.py::test_no_page_takes_a_form_that_it_did_not_give_out",
        {"django.middleware.csrf:CsrfViewMiddleware.process_view": NOTHING},
        says="anonymous: 302",
    ),
    "the next person at a shared counter": Switch(
        "tests/runtime/test_pages.py::test_a_signed_in_page_is_not_kept_on_a_shared_computer",
        {"motcua.runtime.headers:house_headers": "lambda get_response: get_response"},
        says="KeyError: 'cache-control'",
    ),
    "a dump of the database is lost": Switch(
        "tests/foundation/test_crypto.py"
        "::test_a_field_is_text_in_the_house_and_sealed_in_the_table",
        {
            "motcua.foundation.crypto:encrypt": "lambda plain, context: plain.encode()",
            "motcua.foundation.crypto:decrypt": "lambda sealed, context: bytes(sealed).decode()",
        },
        says="assert b'Nguy",
    ),
    "secrets or personal data in logs, error pages, ledger, outbox or jobs": Switch(
        "tests/foundation/test_redaction.py::test_a_log_line_is_searched_to_its_depth",
        {"motcua.foundation.redaction:redacted": "lambda words: words"},
        says="'phone': '0912345678'",
    ),
    "a forged, altered, repeated or late payment message": Switch(
        "tests/payments/test_actions.py::test_a_forged_callback_is_kept_and_pays_nothing",
        {"motcua.payments.bank:is_signed": YES},
        says="'00' == '97'",
    ),
    "the key shared with the bank is lost, or must be changed": Switch(
        "tests/payments/test_bank_key.py::test_without_an_overlap_the_old_key_is_nothing_at_once",
        {
            "motcua.payments.keys:accepted": "lambda now=None: ["
            "row.secret.encode() for row in BankKey.objects.all()"
            "] + [settings.ENV.bank_secret.encode()]"
        },
        says="'00' == '97'",
    ),
    "a forged message of the National Portal": Switch(
        "tests/api/test_national.py"
        "::test_a_message_that_is_not_signed_by_the_portal_is_refused_unread",
        {
            "motcua.doors.api.national:Signature.__call__": "edited("
            "'not hmac.compare_digest(expected.encode(), given.encode())', 'False')"
        },
        says="assert 200 == 401",
    ),
    "the same filing twice (double click, retry, two clients)": Switch(
        "tests/foundation/test_numbering_and_idempotency.py"
        "::test_a_repeated_request_gets_the_first_answer",
        {"motcua.foundation.idempotency:once": NOTHING},
        says="None == Answer(status=201",
    ),
    "two officers act at once": Switch(
        "tests/dossiers/test_together.py::test_who_acts_on_an_old_page_is_told_who_changed_it",
        {"motcua.dossiers.actions.acting:unchanged": NOTHING},
        says="NotAllowedNow",
    ),
    "a result altered after signing, or signed by somebody else": Switch(
        "tests/documents/test_verification_bytes.py::test_nothing_can_be_appended",
        {"motcua.documents.verification.changes:allowed": YES},
        says="Report(valid=True",
    ),
    "signing something else than what was seen": Switch(
        "tests/documents/test_issuing.py::test_nothing_is_signed_without_a_preview_or_with_another",
        {
            "motcua.documents.issuing:sign_and_issue": "edited("
            "'!= bytes(document.preview_sha256)', '== 0')"
        },
        says="DID NOT RAISE PreviewMissing",
    ),
    "the house is made to call an inside address (an address in a certificate, a redirect, a name"
    " that changes its answer)": Switch(
        "tests/foundation/test_outgoing.py::test_a_name_that_leads_inside_is_refused",
        {"motcua.foundation.outgoing.addresses:refusal": NOTHING},
        says="DID NOT RAISE NotAllowed",
    ),
    "guessing a look-up code, a password, a machine's proof": Switch(
        "tests/doors/test_limits.py::test_guessing_a_code_is_slow_and_the_page_says_so_kindly",
        {"motcua.doors.limits.middleware:_first_wait": AT_ONCE},
        says="assert 400 == 10",
    ),
    "one caller uses up what is there for all": Switch(
        "tests/doors/test_limits.py::test_people_are_counted_apart_though_they_share_an_address",
        {"motcua.foundation.rates:InMemory.take": AT_ONCE},
        says="assert 422 == 429",
    ),
    "an uploaded file that lies, unpacks to too much, or does something by itself": Switch(
        "tests/documents/test_uploads.py"
        "::test_a_pdf_that_does_something_by_itself_is_refused_with_a_way_out",
        {"motcua.documents.uploads.papers:_active": NO_TEXT},
        says="DID NOT RAISE Refusal",
    ),
    "malware in an uploaded file": Switch(
        "tests/sandbox/test_clamd.py::test_a_file_with_malware_is_not_taken_and_leaves_nothing",
        {"motcua.documents.uploads.scanner:scan": NO_TEXT},
        says="DID NOT RAISE UploadRefused",
    ),
    "bodies that no program should read": Switch(
        "tests/api/test_bad_input.py::test_what_could_not_be_stored_is_refused_wherever_it_stands",
        {"motcua.doors.api.bodies:_check": NOTHING},
        says="(422, ",
    ),
    "filing at a province's own system": Switch(
        "tests/api/test_roles.py"
        "::test_in_a_province_the_api_files_nothing_but_for_the_national_portal",
        {"motcua.doors.role:files_here": YES},
        says="KeyError: 'type'",
    ),
    "rewriting what had legal effect": Switch(
        "tests/catalogue/test_publishing.py"
        "::test_the_database_refuses_to_change_a_published_version",
        sql="CREATE OR REPLACE FUNCTION catalogue_version_is_frozen() RETURNS trigger"
        " LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        says="DID NOT RAISE DatabaseError",
    ),
    "tampering with the ledger": Switch(
        "tests/foundation/test_ledger.py::test_an_altered_body_is_named",
        {"motcua.foundation.ledger:_entry_problem": NOTHING},
        says="assert None is not None",
    ),
    "the owner of the database rewrites the whole chain": Switch(
        "tests/documents/test_transparency.py"
        "::test_a_chain_rewritten_to_its_end_differs_from_the_signed_root",
        {"motcua.foundation.ledger_days:_problem": NOTHING},
        says="assert None is not None",
    ),
    "an act that leaves no trace": Switch(
        "tests/test_ledger_survey.py::test_configuration_and_consent_leave_entries_once",
        {"motcua.foundation.ledger:append": "lambda *_, **__: 0"},
        says="assert [] ==",
    ),
    "data is used for what nobody agreed to, or goes on being used after a no": Switch(
        "tests/privacy/test_the_house_obeys.py"
        "::test_who_objects_to_being_prefilled_starts_with_an_empty_form",
        {"motcua.people.own_data:may_use": YES},
        says="Left contains",
    ),
    "what one asks about one's data is forgotten, or answered by who may not": Switch(
        "tests/privacy/test_requests.py"
        "::test_only_the_officer_in_charge_sees_it_and_never_their_own",
        {
            "motcua.privacy.queries:_theirs": "edited("
            "'rows.exclude(person_id=viewer.person_id) if viewer.person_id else rows', 'rows')"
        },
        says="DID NOT RAISE NoSuchRequest",
    ),
    "the copy of all of one's data falls into other hands": Switch(
        "tests/privacy/test_exports.py::test_it_is_theirs_alone_and_each_opening_is_in_the_ledger",
        {"motcua.privacy.queries:own_export": "edited('person_id=viewer.person_id, ', '')"},
        says="DID NOT RAISE NoSuchExport",
    ),
    "data of people is kept longer than anybody needs it, or goes while a court still asks for"
    " it": Switch(
        "tests/privacy/test_disposing.py::test_what_a_decision_holds_stays_until_it_is_lifted",
        {"motcua.privacy.holds:free": "lambda kind, rows, now: list(rows)"},
        says="held=0",
    ),
    "what somebody had deleted lives on in backups": Switch(
        "tests/privacy/test_erasure.py"
        "::test_what_was_deleted_is_unreadable_in_an_old_copy_and_the_rest_stays",
        {
            "motcua.foundation.person_keys:_destroy": "edited("
            "'SET wrapped = NULL, destroyed_at', 'SET destroyed_at')"
        },
        says="DID NOT RAISE Erased",
    ),
    "a breach is told too late, or not to those it touched": Switch(
        "tests/privacy/test_breaches.py"
        "::TestCase::test_those_in_charge_are_reminded_once_for_each_turn_of_the_clock",
        {"motcua.privacy.breach_clock:reminders": "lambda learnt, now: []"},
        says="assert 0 == 1",
    ),
    "a stolen or altered backup": Switch(
        "tests/runtime/test_backup.py::test_a_sealed_stream_shows_every_harm[no end]",
        {"motcua.runtime.sealed:_nonce": "lambda number, *, last: number.to_bytes(12, 'big')"},
        says="DID NOT RAISE NotOpened",
    ),
    "an installation is opened to people with the settings of a demonstration": Switch(
        "tests/runtime/test_deployment.py::test_what_is_lacking_is_named_and_nothing_else",
        {"motcua.doors.cli.deployment:findings": "lambda facts: []"},
        says="not enough values to unpack (expected 1, got 0)",
    ),
}
