"""The use cases that write the catalogue."""

from .publishing import publish_version

__all__ = ["publish_version"]
