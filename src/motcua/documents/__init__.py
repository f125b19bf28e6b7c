"""Files and signed documents: upload with sniffing, typst to PDF/A, PAdES signatures, verification.

`File` is bytes at rest, `Document` an issued paper with a number and a state. typst and pyHanko are
imported only by the worker. Leaves the room: `DocumentIssued`, `DocumentReplaced`.
"""
