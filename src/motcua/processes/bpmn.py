"""Reads a BPMN 2.0 file into a `Definition`, naming with its place whatever it cannot run.

Own extension elements, namespace `urn:motcua:bpmn:1`, inside `extensionElements`:

- of a task: `motcua:step` (`kind`, `hours`, `office`, `role`, `action`, ...) and one
  `motcua:outcome` (`key`, `label`) for each way the step may end;
- of a step that several do (multi-instance), `offices`: the keys of the offices asked;
- of a lane: `motcua:lane` (`role`, `office`) when its name is not the name of a role;
- of a timer event: `motcua:timer` (`amount`, `unit`, `outcome`) for time on the working calendar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from lxml import etree

from motcua.foundation.text import fold, nfc
from motcua.processes.calling import expand, inline
from motcua.processes.definition import (
    APPLICANT,
    SYSTEM,
    Definition,
    Flow,
    Node,
    NodeType,
    Outcome,
    Several,
    Step,
    Timer,
)
from motcua.processes.errors import BadProcess, Problem

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
OWN = "{urn:motcua:bpmn:1}"
LARGEST_FILE = 1_000_000  # bytes; a process of 200 steps takes about 150,000

# Role keys with the names under which a lane may stand for them (compared without case and marks).
ROLES: Mapping[str, str] = MappingProxyType(
    {
        "receptionist": "Người tiếp nhận hồ sơ",
        "handler": "Chuyên viên",
        "approver": "Lãnh đạo",
        "clerk": "Văn thư cơ quan",
        "head": "Người đứng đầu",
        "administrator": "Quản trị",
        APPLICANT: "Người nộp hồ sơ",
        SYSTEM: "Hệ thống",
    }
)

_STEPS = {"userTask", "serviceTask", "manualTask", "task"}
_TYPES: Mapping[str, NodeType] = {
    "startEvent": "start",
    "endEvent": "end",
    "exclusiveGateway": "exclusive",
    "parallelGateway": "parallel",
    "inclusiveGateway": "inclusive",
    "callActivity": "call",
    "subProcess": "call",
    "boundaryEvent": "boundary",
    "intermediateCatchEvent": "wait",
    **dict.fromkeys(_STEPS, "step"),
}
_SILENT = {
    "laneSet",
    "documentation",
    "extensionElements",
    "textAnnotation",
    "association",
    "group",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "property",
    "ioSpecification",
}
_INSIDE = {"incoming", "outgoing", "documentation", "extensionElements", "ioSpecification"}
_INSIDE |= {"property", "dataInputAssociation", "dataOutputAssociation", "timerEventDefinition"}
# What editors and other engines add for themselves and what changes nothing here: lanes say who.
_INSIDE |= {"auditing", "monitoring", "categoryValueRef", "rendering", "resourceRole", "performer"}
_INSIDE |= {"humanPerformer", "potentialOwner", "dataOutput", "dataInput", "outputSet", "inputSet"}
_SILENT |= {"auditing", "monitoring", "correlationSubscription", "resourceRole", "dataStore"}
_WITHIN = {*_SILENT, "incoming", "outgoing", "sequenceFlow", *_TYPES}
_CEL = {"", "cel", "https://cel.dev", "urn:cel", "text/cel"}


@dataclass(frozen=True, slots=True)
class _Lane:
    role: str
    office: str


def parse(text: str) -> etree._Element:
    """The root of a BPMN file, read without entities and without network. Raises `BadProcess`."""
    if len(text.encode()) > LARGEST_FILE:
        raise BadProcess([Problem("Tệp BPMN", "lớn hơn 1 MB")])
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        place = f"Tệp BPMN, dòng {error.lineno}"
        raise BadProcess([Problem(place, f"không phải XML hợp lệ ({error.msg})")]) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadProcess([Problem("Tệp BPMN", "không được có khai báo DOCTYPE", 1)])
    if root.tag != f"{BPMN}definitions":
        raise BadProcess([Problem("Tệp BPMN", "phần tử gốc phải là definitions của BPMN 2.0", 1)])
    return root


def read(text: str, roles: Mapping[str, str] = ROLES) -> Definition:
    """What the file says. Raises `BadProcess` with every element that cannot be run, in file
    order; whether the process makes sense is for `rules.check`."""
    root = parse(text)
    processes = [p for p in root.iter(f"{BPMN}process") if any(True for _ in _nodes(p))]
    if len(processes) != 1:
        message = f"phải có đúng một quy trình có bước, tệp này có {len(processes)}"
        raise BadProcess([Problem("Tệp BPMN", message, 1)])
    return _Reader(processes[0], roles).definition()


def read_all(text: str, find: Callable[[str], Definition | None]) -> Definition:
    """The same with the processes that it calls in their places; `find` gives the one published
    under a key. Raises `BadProcess`, naming calls of what is not there or cannot be called."""
    return expand(read(text), find)


def _tag(element: etree._Element) -> str:
    return etree.QName(element).localname if element.tag.startswith(BPMN) else ""


def _nodes(process: etree._Element) -> Iterator[etree._Element]:
    return (child for child in process if _tag(child) in _TYPES)


def place(element: etree._Element) -> str:
    """How to name an element to the one who drew it."""
    name = nfc(element.get("name", "")).strip()
    shown = f" “{' '.join(name.split())}”" if name else ""
    tag = _tag(element) or etree.QName(element).localname
    return f"{tag}{shown} (id {element.get('id', '?')}, dòng {element.sourceline})"


class _Reader:
    def __init__(self, process: etree._Element, roles: Mapping[str, str]) -> None:
        self.process = process
        self.problems: list[Problem] = []
        self.inner: dict[str, Definition] = {}
        self.roles = {fold(key): key for key in roles}
        self.roles |= {fold(name): key for key, name in roles.items()}
        self.lanes = self._lanes()

    def definition(self) -> Definition:
        nodes, flows = self._content(self.process)
        process_id = self.process.get("id", "")
        name = _line(self.process.get("name", "")) or process_id
        read = Definition(process_id, name, tuple(nodes), tuple(flows))
        for node_id, inner in self.inner.items():
            if not self.problems:
                read, problems = inline(read, node_id, inner)
                self.problems += problems
        if self.problems:
            raise BadProcess(sorted(self.problems, key=lambda problem: problem.line))
        return read

    def _content(self, parent: etree._Element) -> tuple[list[Node], list[Flow]]:
        """The nodes and flows drawn inside a process or a sub-process."""
        nodes: list[Node] = []
        flows: list[Flow] = []
        for child in parent:
            tag = _tag(child)
            if not tag or tag in _SILENT or tag in ("incoming", "outgoing"):
                continue
            if tag == "multiInstanceLoopCharacteristics" and parent is not self.process:
                self._fault(
                    parent, "chỉ một bước (userTask) mới giao cho nhiều người cùng làm được"
                )
            elif tag == "sequenceFlow":
                flows.append(self._flow(child))
            elif tag in _TYPES:
                nodes.append(self._node(child, tag))
            else:
                self._fault(child, f"phần tử {tag} chưa được hỗ trợ")
        return nodes, flows

    def _fault(self, element: etree._Element, message: str) -> None:
        self.problems.append(Problem(place(element), message, element.sourceline or 0))

    def _lanes(self) -> dict[str, _Lane]:
        """Which lane each node lies in; the innermost lane wins."""
        found: dict[str, _Lane] = {}
        for lane in self.process.iter(f"{BPMN}lane"):
            name = _line(lane.get("name", ""))
            own = _own(lane, "lane")
            said = own.get("role", "") if own is not None else ""
            # An unknown name is kept, so that the check can say that nobody holds such a role.
            role = self.roles.get(fold(said or name), said or name)
            office = own.get("office", "") if own is not None else ""
            for reference in lane.findall(f"{BPMN}flowNodeRef"):
                found[(reference.text or "").strip()] = _Lane(role, office)
        return found

    def _flow(self, element: etree._Element) -> Flow:
        condition = element.find(f"{BPMN}conditionExpression")
        text = ""
        if condition is not None:
            text = (condition.text or "").strip()
            if not _is_cel(condition):
                self._fault(element, f"điều kiện “{text}” viết bằng ngôn ngữ khác, chỉ dùng CEL")
        return Flow(
            id=element.get("id", ""),
            source=element.get("sourceRef", ""),
            target=element.get("targetRef", ""),
            condition=text,
            name=_line(element.get("name", "")),
            line=element.sourceline or 0,
        )

    def _node(self, element: etree._Element, tag: str) -> Node:
        kind = _TYPES[tag]
        for child in element:
            inner = _tag(child)
            if not inner or inner in _INSIDE or inner in _MORE.get(tag, ()):
                continue
            self._fault(element, f"có {inner}, chưa được hỗ trợ")
        if tag == "subProcess":
            self._sub_process(element)
        calls = element.get("calledElement", "").strip()
        if tag == "callActivity" and not calls:
            self._fault(element, "chưa ghi quy trình được gọi (calledElement)")
        return Node(
            id=element.get("id", ""),
            type=kind,
            name=_line(element.get("name", "")),
            tag=tag,
            line=element.sourceline or 0,
            step=self._step(element, tag) if kind == "step" else None,
            timer=self._timer(element, kind),
            attached_to=element.get("attachedToRef", ""),
            interrupting=element.get("cancelActivity", "true") != "false",
            terminate=element.find(f"{BPMN}terminateEventDefinition") is not None,
            default=element.get("default", "") if kind in ("exclusive", "inclusive") else "",
            calls=calls,
        )

    def _sub_process(self, element: etree._Element) -> None:
        """A process drawn inside a process runs in its place."""
        if element.get("triggeredByEvent", "false") == "true":
            self._fault(element, "quy trình con bắt đầu bằng sự kiện chưa được hỗ trợ")
        node_id, name = element.get("id", ""), _line(element.get("name", ""))
        nodes, flows = self._content(element)
        self.inner[node_id] = Definition(node_id, name, tuple(nodes), tuple(flows))

    def _step(self, element: etree._Element, tag: str) -> Step:
        own = _own(element, "step")
        said = dict(own.attrib) if own is not None else {}
        lane = self.lanes.get(element.get("id", ""), _Lane("", ""))
        role = SYSTEM if tag == "serviceTask" else said.pop("role", "") or lane.role
        role = self.roles.get(fold(role), role)
        office = said.pop("office", "") or lane.office
        hours = self._hours(element, said.pop("hours", ""))
        fallback = {SYSTEM: "system", APPLICANT: "confirm"}.get(role, "work")
        kind = said.pop("kind", "") or fallback
        outcomes = [
            Outcome(_line(entry.get("key", "")), _line(entry.get("label", "")) or entry.get("key"))
            for entry in _extensions(element, "outcome")
        ]
        keys = [outcome.key for outcome in outcomes]
        if "" in keys or len(set(keys)) != len(keys):
            self._fault(element, "mỗi kết quả (motcua:outcome) phải có key riêng")
        if not outcomes:
            outcomes = [Outcome("done", "Hoàn thành")]
        if not said.keys().isdisjoint({"answer_by"}):
            self._fault(element, "thuộc tính answer_by do nền tảng đặt, không ghi trong tệp")
        several = self._several(element, _line(said.pop("offices", "")).split(), office)
        settings = {str(key): _line(str(value)) for key, value in said.items()}
        return Step(kind, role, hours, office, tuple(outcomes), settings, several)

    def _several(self, element: etree._Element, offices: list[str], office: str) -> Several | None:
        """Who is asked side by side (or one after another) at this step, when several are."""
        found = element.find(f"{BPMN}multiInstanceLoopCharacteristics")
        if found is None:
            if offices:
                self._fault(element, "offices chỉ dùng cùng multiInstanceLoopCharacteristics")
            return None
        texts = {"loopCardinality": "", "completionCondition": ""}
        for child in found:
            name = _tag(child)
            if name in texts:
                texts[name] = (child.text or "").strip()
                if not _is_cel(child):
                    message = f"{name} “{texts[name]}” viết bằng ngôn ngữ khác, chỉ dùng CEL"
                    self._fault(element, message)
            elif name and name not in ("extensionElements", "documentation"):
                self._fault(element, f"multiInstance có {name}, chưa được hỗ trợ")
        number = texts["loopCardinality"]
        if offices and (number not in ("", str(len(offices))) or office):
            self._fault(element, "offices kể hết các đơn vị: không ghi thêm số lượng hay đơn vị")
        if not offices and not number:
            self._fault(element, "chưa ghi số người (loopCardinality) hay các đơn vị (offices)")
        if len(set(offices)) < len(offices):
            self._fault(element, "một đơn vị chỉ được hỏi một lần")
        sequential = found.get("isSequential", "false") == "true"
        return Several(number, tuple(offices), sequential, texts["completionCondition"])

    def _hours(self, element: etree._Element, text: str) -> Decimal | None:
        if not text:
            return None
        try:
            hours = Decimal(text)
        except InvalidOperation:
            hours = Decimal(0)
        if not hours.is_finite() or not 0 < hours < 10_000 or hours != round(hours, 2):
            self._fault(element, f"số giờ “{text}” phải là số dương, tối đa hai chữ số thập phân")
            return None
        return hours

    def _timer(self, element: etree._Element, kind: NodeType) -> Timer | None:
        if kind not in ("boundary", "wait"):
            if element.find(f"{BPMN}timerEventDefinition") is not None:
                self._fault(element, "đồng hồ chỉ đặt được ở cạnh một bước hoặc giữa đường đi")
            return None
        event = element.find(f"{BPMN}timerEventDefinition")
        if event is None:
            self._fault(element, "chỉ hỗ trợ sự kiện thời gian (timer)")
            return None
        own = _own(element, "timer")
        if own is None:
            own = _own(event, "timer")
        said = dict(own.attrib) if own is not None else {}
        text = ""
        for name in ("timeDuration", "timeDate"):
            entry = event.find(f"{BPMN}{name}")
            if entry is not None:
                text = (entry.text or "").strip()
                if not _is_cel(entry):
                    self._fault(element, f"thời hạn “{text}” viết bằng ngôn ngữ khác, chỉ dùng CEL")
        if event.find(f"{BPMN}timeCycle") is not None:
            self._fault(element, "đồng hồ lặp lại (timeCycle) chưa được hỗ trợ")
        return Timer(
            text=text,
            amount=str(said.get("amount", "")).strip(),
            unit=str(said.get("unit", "")),
            outcome=str(said.get("outcome", "timeout")),
        )


_MORE = {
    "endEvent": {"terminateEventDefinition"},
    "userTask": {"multiInstanceLoopCharacteristics"},
    "subProcess": _WITHIN | {"multiInstanceLoopCharacteristics"},
}


def _line(text: str) -> str:
    """One line of NFC text: editors put line breaks into names."""
    return " ".join(nfc(text).split())


def _extensions(element: etree._Element, name: str) -> list[etree._Element]:
    return element.findall(f"{BPMN}extensionElements/{OWN}{name}")


def _own(element: etree._Element, name: str) -> etree._Element | None:
    found = _extensions(element, name)
    return found[0] if found else None


def _is_cel(element: etree._Element) -> bool:
    return element.get("language", "").strip().lower() in _CEL
