"""Small processes for tests, written as a few lines and turned into BPMN."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from xml.sax.saxutils import quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:motcua="urn:motcua:bpmn:1" id="d" targetNamespace="urn:test">'
    '<bpmn:process id="test" name="Quy trình thử">'
)


def process(*parts: str) -> str:
    """A BPMN file of these elements."""
    return HEAD + "\n".join(parts) + "</bpmn:process></bpmn:definitions>"


def step(
    name: str,
    role: str = "handler",
    outcomes: Sequence[str] = (),
    tag: str = "userTask",
    inside: str = "",
    **attributes: str,
) -> str:
    """A step whose id is its name."""
    said = {"role": role, **attributes}
    own = "".join(f" {key}={quoteattr(value)}" for key, value in said.items())
    ways = "".join(f'<motcua:outcome key="{key}" label="{key}"/>' for key in outcomes)
    return (
        f'<bpmn:{tag} id="{name}" name="{name}"><bpmn:extensionElements><motcua:step{own}/>{ways}'
        f"</bpmn:extensionElements>{inside}</bpmn:{tag}>"
    )


def node(tag: str, name: str, inside: str = "", **attributes: str) -> str:
    """Any other element: a gateway, the start, the end."""
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f'<bpmn:{tag} id="{name}" name="{name}"{said}>{inside}</bpmn:{tag}>'


def timer(name: str, host: str, text: str = "", own: str = "", interrupting: bool = True) -> str:
    """A boundary timer on `host`; `own` holds attributes of `motcua:timer`."""
    extension = f"<motcua:timer {own}/>" if own else ""
    return (
        f'<bpmn:boundaryEvent id="{name}" name="{name}" attachedToRef="{host}"'
        f' cancelActivity="{str(interrupting).lower()}">'
        f"<bpmn:extensionElements>{extension}</bpmn:extensionElements>"
        f"<bpmn:timerEventDefinition><bpmn:timeDuration>{text}</bpmn:timeDuration>"
        "</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )


def flow(source: str, target: str, condition: str = "", language: str = "") -> str:
    """A sequence flow whose id is `source-target`."""
    inside = ""
    if condition:
        said = f' language="{language}"' if language else ""
        inside = (
            f"<bpmn:conditionExpression{said}><![CDATA[{condition}]]></bpmn:conditionExpression>"
        )
    return (
        f'<bpmn:sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">'
        f"{inside}</bpmn:sequenceFlow>"
    )


def line(*names: str) -> str:
    """Flows from each name to the next."""
    return "".join(flow(a, b) for a, b in pairwise(names))


START = node("startEvent", "start")
END = node("endEvent", "end")
