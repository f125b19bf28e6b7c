"""Adding one step to a BPMN file changes who must act, and nothing else has to be touched."""

from __future__ import annotations

from importlib.resources import files

import pytest

from motcua.catalogue import actions as catalogue
from motcua.demo import load
from motcua.dossiers import errors
from motcua.dossiers.actions import intake
from motcua.dossiers.models import Status
from motcua.dossiers.queries import desk
from motcua.processes import actions as processes
from motcua.processes.models import WorkItem

from ..world import NOW, settle
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]

LANE = """
      <bpmn:lane id="lane_clerk" name="Văn thư cơ quan">
        <bpmn:flowNodeRef>enter_in_book</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>"""
STEP = """
    <bpmn:userTask id="enter_in_book" name="Vào sổ công văn đến">
      <bpmn:extensionElements>
        <motcua:step kind="work" hours="2" />
        <motcua:outcome key="entered" label="Đã vào sổ" />
      </bpmn:extensionElements>
      <bpmn:incoming>intake_appraise</bpmn:incoming>
      <bpmn:outgoing>book_appraise</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="book_appraise" sourceRef="enter_in_book" targetRef="appraise" />
  </bpmn:process>"""


def with_a_step_for_the_clerk() -> str:
    text = files("motcua.demo").joinpath("data/processes/ho_kinh_doanh.bpmn").read_text("utf-8")
    for old, new in (
        ("\n    </bpmn:laneSet>", LANE),
        (
            'id="intake_appraise" sourceRef="intake" targetRef="appraise"',
            'id="intake_appraise" sourceRef="intake" targetRef="enter_in_book"',
        ),
        (
            "<bpmn:incoming>intake_appraise</bpmn:incoming>",
            "<bpmn:incoming>book_appraise</bpmn:incoming>",
        ),
        ("\n  </bpmn:process>", STEP),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def publish_the_changed_process() -> None:
    processes.publish("ho_kinh_doanh", with_a_step_for_the_clerk(), NOW)
    specification = next(s for s in load.specifications() if s["procedure"]["code"] == "1.001612")
    catalogue.publish_version(specification, NOW, supersede=True)


def paid_and_accepted():
    _, dossier = p.filed("1.001612")
    intake.take_cash(p.officer("receptionist"), dossier.pk, p.seen(dossier), NOW)
    return p.accepted(dossier)


def who_has(dossier) -> list[str]:
    roles = ("receptionist", "clerk", "handler", "approver")
    return [
        role
        for role in roles
        if any(row.number == dossier.number for row in desk.inbox(p.officer(role), NOW).rows)
    ]


def test_a_new_step_in_the_process_must_be_done_by_whom_it_names():
    before = paid_and_accepted()
    publish_the_changed_process()
    after = paid_and_accepted()
    assert (who_has(before), who_has(after)) == (["handler"], ["clerk"])
    step = WorkItem.objects.get(subject=after.pk, state=WorkItem.State.OPEN)
    assert step.name == "Vào sổ công văn đến"
    with pytest.raises(errors.NotYours, match="văn thư"):
        p.finish(after, "work", "entered", by="handler")
    p.finish(after, "work", "entered", by="clerk")
    assert who_has(after) == ["handler"]
    for dossier in (before, after):
        p.finish(dossier, "appraise", "propose")
        p.signed(dossier)
        settle()
        assert p.fresh(dossier).status == Status.RETURNED
