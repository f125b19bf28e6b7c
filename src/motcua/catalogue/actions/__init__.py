"""The use cases that write the catalogue."""

from .importing import ImportReport, Rejection, import_records
from .publishing import publish_version

__all__ = ["ImportReport", "Rejection", "import_records", "publish_version"]
