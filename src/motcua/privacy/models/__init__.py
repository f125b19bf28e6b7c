"""The room's tables: requests about one's data and their story, exports of one's data."""

from motcua.privacy.models.exports import Export, ExportPart
from motcua.privacy.models.requests import PrivacyRequest, RequestEntry

__all__ = ["Export", "ExportPart", "PrivacyRequest", "RequestEntry"]
