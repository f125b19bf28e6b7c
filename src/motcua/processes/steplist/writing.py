"""A list of steps as a BPMN file with its diagram."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from motcua.processes.bpmn import ROLES
from motcua.processes.definition import SYSTEM
from motcua.processes.errors import BadProcess
from motcua.processes.steplist.drawing import diagram
from motcua.processes.steplist.model import END, START, ListStep, StepList, faults

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:motcua="urn:motcua:bpmn:1"'
)


@dataclass(frozen=True, slots=True)
class Line:
    """A flow of the written process. `keys` are the outcomes that take it, none for the flow that
    is taken in all other cases."""

    id: str
    source: str
    target: str
    keys: tuple[str, ...] = ()
    name: str = ""


def gateway(step: ListStep) -> str:
    """The id of the gateway behind a step. No key of a step has a dot."""
    return f"after.{step.key}"


def timer(step: ListStep) -> str:
    """The id of the timer on a step."""
    return f"silence.{step.key}"


def forks(given: StepList, index: int) -> bool:
    """Whether a gateway stands behind a step: its outcomes lead to more than one place, or its
    answer and its silence come together there."""
    return len(given.targets(index)) > 1 or given.steps[index].answer_days > 0


def lines(given: StepList) -> list[Line]:
    """The flows, in the order of the file."""
    found = [Line(f"{START}-{given.steps[0].key}", START, given.steps[0].key)]
    for index, step in enumerate(given.steps):
        targets = given.targets(index)
        if not forks(given, index):
            found.append(Line(f"{step.key}-{targets[0]}", step.key, targets[0]))
            continue
        here = gateway(step)
        found.append(Line(f"{step.key}-{here}", step.key, here))
        if step.answer_days:
            found.append(Line(f"{timer(step)}-{here}", timer(step), here))
        found.append(Line(f"{here}-{targets[0]}", here, targets[0]))
        for target in targets[1:]:
            ways = [way for way in step.outcomes if given.target(index, way) == target]
            name = ways[0].label if len(ways) == 1 else ""
            keys = tuple(way.key for way in ways)
            found.append(Line(f"{here}-{target}", here, target, keys, name))
    return found


def write(given: StepList) -> str:
    """The file. Raises `BadProcess` when the list has faults (`model.faults`)."""
    if found := faults(given):
        raise BadProcess(found)
    flows = lines(given)
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'{_HEAD} id="definitions_{given.id}" targetNamespace="urn:motcua:process:{given.id}"'
            ' exporter="motcua" exporterVersion="2">',
            f'  <bpmn:collaboration id="collaboration_{given.id}">',
            f'    <bpmn:participant id="pool" name={quoteattr(given.name)}'
            f' processRef="{given.id}" />',
            "  </bpmn:collaboration>",
            f'  <bpmn:process id="{given.id}" name={quoteattr(given.name)} isExecutable="true">',
            *_documentation(given),
            *_lanes(given),
            *_start(flows),
            *(line for index in range(len(given.steps)) for line in _step(given, index, flows)),
            *_end(flows),
            *(line for flow in flows for line in _flow(flow)),
            "  </bpmn:process>",
            *diagram(given, flows, lanes(given)),
            "</bpmn:definitions>",
            "",
        ]
    )


Lanes = dict[tuple[str, str], list[str]]


def lanes(given: StepList) -> Lanes:
    """The lanes by role and office, in order of their first step, with the nodes in each."""
    found: Lanes = {}
    for index, step in enumerate(given.steps):
        nodes = found.setdefault((step.role, step.office), [START] if index == 0 else [])
        nodes.append(step.key)
        if step.answer_days:
            nodes.append(timer(step))
        if forks(given, index):
            nodes.append(gateway(step))
        if index == len(given.steps) - 1:
            nodes.append(END)
    return found


def _documentation(given: StepList) -> list[str]:
    if not given.description:
        return []
    return [f"    <bpmn:documentation>{escape(given.description)}</bpmn:documentation>"]


def lane_name(role: str, office: str) -> str:
    """What a lane is called."""
    name = ROLES.get(role, role)
    return f"{name} – {office}" if office else name


def _lanes(given: StepList) -> list[str]:
    out = ['    <bpmn:laneSet id="lanes">']
    for number, ((role, office), nodes) in enumerate(lanes(given).items(), 1):
        name = quoteattr(lane_name(role, office))
        out.append(f'      <bpmn:lane id="lane.{number}" name={name}>')
        said = f' office="{office}"' if office else ""
        out += [
            "        <bpmn:extensionElements>",
            f'          <motcua:lane role="{role}"{said} />',
            "        </bpmn:extensionElements>",
            *(f"        <bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>" for node in nodes),
            "      </bpmn:lane>",
        ]
    return [*out, "    </bpmn:laneSet>"]


def _joints(node: str, flows: list[Line]) -> list[str]:
    into = [f"      <bpmn:incoming>{f.id}</bpmn:incoming>" for f in flows if f.target == node]
    out = [f"      <bpmn:outgoing>{f.id}</bpmn:outgoing>" for f in flows if f.source == node]
    return into + out


def _start(flows: list[Line]) -> list[str]:
    head = f'    <bpmn:startEvent id="{START}" name="Nộp hồ sơ">'
    return [head, *_joints(START, flows), "    </bpmn:startEvent>"]


def _end(flows: list[Line]) -> list[str]:
    head = f'    <bpmn:endEvent id="{END}" name="Kết thúc">'
    return [head, *_joints(END, flows), "    </bpmn:endEvent>"]


def _step(given: StepList, index: int, flows: list[Line]) -> list[str]:
    step = given.steps[index]
    tag = "serviceTask" if step.role == SYSTEM else "userTask"
    said = {"kind": step.kind}
    if step.hours is not None:
        said["hours"] = f"{step.hours.normalize():f}"
    if step.asked:
        said["offices"] = " ".join(step.asked)
    said |= dict(sorted(step.settings.items()))
    own = "".join(f" {key}={quoteattr(value)}" for key, value in said.items())
    out = [
        f'    <bpmn:{tag} id="{step.key}" name={quoteattr(step.name)}>',
        "      <bpmn:extensionElements>",
        f"        <motcua:step{own} />",
        *(
            f'        <motcua:outcome key="{way.key}" label={quoteattr(way.label)} />'
            for way in step.outcomes
        ),
        "      </bpmn:extensionElements>",
        *_joints(step.key, flows),
        *_several(step),
        f"    </bpmn:{tag}>",
    ]
    if step.answer_days:
        out += _timer(step, flows)
    if forks(given, index):
        default = next(flow.id for flow in flows if flow.source == gateway(step))
        out += [
            f'    <bpmn:exclusiveGateway id="{gateway(step)}" default="{default}">',
            *_joints(gateway(step), flows),
            "    </bpmn:exclusiveGateway>",
        ]
    return out


def _several(step: ListStep) -> list[str]:
    if not step.asked and step.answers < 2:
        return []
    number = len(step.asked) or step.answers
    return [
        '      <bpmn:multiInstanceLoopCharacteristics isSequential="false">',
        f"        <bpmn:loopCardinality>{number}</bpmn:loopCardinality>",
        "      </bpmn:multiInstanceLoopCharacteristics>",
    ]


def timer_name(step: ListStep) -> str:
    """What the timer on a step is called."""
    return f"Sau {step.answer_days} ngày làm việc"


def _timer(step: ListStep, flows: list[Line]) -> list[str]:
    days = step.answer_days
    return [
        f'    <bpmn:boundaryEvent id="{timer(step)}" name="{timer_name(step)}"'
        f' attachedToRef="{step.key}">',
        "      <bpmn:extensionElements>",
        f'        <motcua:timer amount="{days}" unit="working_day" outcome="silence" />',
        "      </bpmn:extensionElements>",
        *_joints(timer(step), flows),
        "      <bpmn:timerEventDefinition>",
        f"        <bpmn:timeDuration>P{days}D</bpmn:timeDuration>",
        "      </bpmn:timerEventDefinition>",
        "    </bpmn:boundaryEvent>",
    ]


def _flow(flow: Line) -> list[str]:
    name = f" name={quoteattr(flow.name)}" if flow.name else ""
    head = (
        f'    <bpmn:sequenceFlow id="{flow.id}"{name} sourceRef="{flow.source}"'
        f' targetRef="{flow.target}"'
    )
    if not flow.keys:
        return [f"{head} />"]
    condition = " || ".join(f'outcome == "{key}"' for key in flow.keys)
    return [
        f"{head}>",
        '      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
        f"{escape(condition)}</bpmn:conditionExpression>",
        "    </bpmn:sequenceFlow>",
    ]
