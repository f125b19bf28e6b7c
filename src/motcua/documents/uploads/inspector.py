"""The program that looks at one file: `python -m motcua.documents.uploads.inspector FILE`.

Answers with one JSON object: `{"media_type", "pages", "rewritten"}` or
`{"refused"}`, and writes a picture anew in its place. It takes at most `SECONDS`
of processor time and `MEMORY` bytes, whatever the file does.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from motcua.documents.uploads import kinds
from motcua.documents.uploads.verdict import PDF, TOO_BIG_INSIDE, Refusal, Verdict

SECONDS = 20
MEMORY = 700_000_000


def inspect(content: bytes) -> Verdict:
    """What the file is. Raises `Refusal`."""
    found = kinds.kind(content)
    # Each imports its own library, and only the one that is needed.
    if found == PDF:
        from motcua.documents.uploads import papers

        return papers.inspect(content)
    from motcua.documents.uploads import pictures

    return pictures.inspect(content, found)


def main(path: str) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        content = Path(path).read_bytes()
        found = inspect(content)
        if found.media_type != PDF:
            from motcua.documents.uploads import pictures

            Path(path).write_bytes(pictures.rewritten(content, found.media_type))
        answer = {
            "media_type": found.media_type,
            "pages": found.pages,
            "rewritten": found.media_type != PDF,
        }
    except Refusal as refusal:
        answer = {"refused": str(refusal)}
    except (MemoryError, RecursionError):
        answer = {"refused": TOO_BIG_INSIDE}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1])
