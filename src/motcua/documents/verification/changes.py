"""What may be added to a signed file: between two signatures the next signer's field, after the
last one only a document security store; each with no more than new dates in the metadata."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from lxml import etree
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader, RawPdfPath
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DSSCompareRule,
    FormUpdatingRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.commons import safe_whitelist
from pyhanko.sign.diff_analysis.constants import ROOT_EXEMPT_STRICT_COMPARISON
from pyhanko.sign.diff_analysis.rules_api import Context, ReferenceUpdate, WhitelistRule

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_MAY_CHANGE = {"/ModDate", "/Producer"}
_MAY_CHANGE_IN_XMP = {
    "{http://ns.adobe.com/xap/1.0/}ModifyDate",
    "{http://ns.adobe.com/xap/1.0/}MetadataDate",
    "{http://ns.adobe.com/pdf/1.3/}Producer",
}


class SameInfo(WhitelistRule):
    """The information dictionary may be written again with another date of change and producer,
    nothing else: title, number and author stay."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        before = old.trailer_view.get_value_as_reference("/Info", optional=True)
        after = new.trailer_view.get_value_as_reference("/Info", optional=True)
        if before is None and after is None:
            return
        if before is None or after is None or _info(old, before) != _info(new, after):
            raise SuspiciousModification("the information dictionary differs")
        where = Context.from_absolute(old, RawPdfPath("/Info"))
        yield from map(
            ReferenceUpdate.curry_ref(context_checked=where),
            safe_whitelist(old, before, after),
        )


class SameXmp(WhitelistRule):
    """The XMP metadata may be written again in other words, but must say the same."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[ReferenceUpdate]:
        before, after = _metadata(old), _metadata(new)
        if before is None and after is None:
            return
        if before is None or after is None or _said(old, before) != _said(new, after):
            raise SuspiciousModification("the metadata differ")
        if before == after or old.is_ref_unassignable(after):
            yield ReferenceUpdate(
                after,
                context_checked=Context.from_absolute(old, RawPdfPath("/Root", "/Metadata")),
            )


def _info(resolver: HistoricalResolver, ref: generic.Reference) -> dict[str, Any]:
    values = resolver(ref)
    if not isinstance(values, generic.DictionaryObject):
        raise SuspiciousModification("/Info is no dictionary")
    return {key: str(values[key]) for key in values if key not in _MAY_CHANGE}


def _metadata(resolver: HistoricalResolver) -> generic.Reference | None:
    if "/Metadata" not in resolver.root:
        return None
    ref = resolver.root.get_value_as_reference("/Metadata")
    return generic.Reference(ref.idnum, ref.generation, resolver.reader)


def _said(resolver: HistoricalResolver, ref: generic.Reference) -> dict[str, list[str]]:
    """Each property of the XMP with the texts in it, whatever the notation."""
    stream = resolver.reader.get_object(ref, revision=resolver.revision)
    if not isinstance(stream, generic.StreamObject):
        raise SuspiciousModification("/Metadata is no stream")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(stream.read_data(DecodePurpose.XMP_METADATA), parser)
    except (etree.XMLSyntaxError, PdfError) as error:
        raise SuspiciousModification("the metadata cannot be read") from error
    if root.getroottree().docinfo.doctype:
        raise SuspiciousModification("the metadata declare entities")
    said: dict[str, list[str]] = defaultdict(list)
    for rdf in root.iter(f"{_RDF}RDF"):
        for description in rdf.findall(f"{_RDF}Description"):
            for key, value in description.attrib.items():
                if not str(key).startswith((_RDF, _XML)):
                    said[str(key)].append(str(value))
            for element in description:
                said[str(element.tag)].extend(_texts(element))
    return {key: sorted(texts) for key, texts in said.items() if key not in _MAY_CHANGE_IN_XMP}


def _texts(element: Any) -> Iterable[str]:
    for part in element.iter():
        if part.text and part.text.strip():
            yield part.text.strip()
        for key, value in part.attrib.items():
            if key == f"{_RDF}resource" or not str(key).startswith((_RDF, _XML)):
                yield str(value)


def _policy(form: FormUpdatingRule | None) -> StandardDiffPolicy:
    update = ModificationLevel.LTA_UPDATES
    # Without a rule for the form, the form must stay what it was.
    free = ROOT_EXEMPT_STRICT_COMPARISON - {"/MarkInfo"} - (set() if form else {"/AcroForm"})
    return StandardDiffPolicy(
        global_rules=[
            CatalogModificationRule(ignored_keys=free),
            SameInfo().as_qualified(update),
            SameXmp().as_qualified(update),
            XrefStreamRule().as_qualified(update),
            ObjectStreamRule().as_qualified(update),
            DSSCompareRule().as_qualified(update),
        ],
        form_rule=form,
        ignore_orphaned_objects=False,
    )


_AFTER_THE_LAST = _policy(None)
_BETWEEN = _policy(
    FormUpdatingRule(field_rules=[SigFieldCreationRule(), SigFieldModificationRule()])
)


def allowed(reader: PdfFileReader, signed_revision: int, last: bool) -> bool:
    """Whether everything after `signed_revision` may be there; `last` says that no signature
    follows."""
    policy = _AFTER_THE_LAST if last else _BETWEEN
    found = policy.review_file(reader, signed_revision)
    if isinstance(found, SuspiciousModification):
        return False
    most = ModificationLevel.LTA_UPDATES if last else ModificationLevel.FORM_FILLING
    return bool(found.modification_level <= most)
