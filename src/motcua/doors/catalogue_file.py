"""The national catalogue as a file, at the desk and at the API: how large it may come in, and how
it goes out."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator

from django.http import StreamingHttpResponse

from motcua.catalogue import keeping

LARGEST = 20_000_000
"""Bytes of a file that is sent in, packed or not; unpacked it may be five times the national
catalogue (`catalogue.actions.importing.LONGEST`)."""
_GZIP = 31
"""What zlib calls a gzip stream."""
_AT_ONCE = 65_536


def exported() -> StreamingHttpResponse:
    """The imported records, one JSON object a line, gzip, written while they are read: what was
    imported, nothing lost. Whoever may not see them was turned away before."""
    response = StreamingHttpResponse(_packed(), content_type="application/gzip")
    response["Content-Disposition"] = 'attachment; filename="danh-muc.jsonl.gz"'
    return response


def _packed() -> Iterator[bytes]:
    packer = zlib.compressobj(wbits=_GZIP)
    held = bytearray()
    for record in keeping.records():
        held += packer.compress(json.dumps(record, ensure_ascii=False).encode() + b"\n")
        if len(held) >= _AT_ONCE:
            yield bytes(held)
            held.clear()
    yield bytes(held) + packer.flush()
