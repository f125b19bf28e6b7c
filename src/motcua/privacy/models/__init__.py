"""The room's tables: requests about one's data, exports of it, legal holds, decided terms."""

from motcua.privacy.models.breaches import Affected, Breach, BreachEntry
from motcua.privacy.models.erasures import Erasure, RoomAnswer
from motcua.privacy.models.exports import Export, ExportPart
from motcua.privacy.models.holds import ForArchive, LegalHold
from motcua.privacy.models.requests import PrivacyRequest, RequestEntry
from motcua.privacy.models.terms import DecidedTerm

__all__ = [
    "Affected",
    "Breach",
    "BreachEntry",
    "DecidedTerm",
    "Erasure",
    "Export",
    "ExportPart",
    "ForArchive",
    "LegalHold",
    "PrivacyRequest",
    "RequestEntry",
    "RoomAnswer",
]
