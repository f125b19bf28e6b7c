"""Is this PDF what an agency signed? The strict answer behind `motcua verify` and the public page.

A file is valid when it has at least one signature and every signature is intact, covers its whole
revision, is trusted up to one of the given roots at the time of its timestamp, was not revoked by
then, and after the last one only a document security store (DSS) was added. Revocation is judged
from the lists inside the file, and those at hand; nothing is fetched. Needs neither Django nor a
database. Importing this imports pyHanko.
"""

from motcua.documents.verification.judging import verify_pdf
from motcua.documents.verification.report import NotAPdf, Report, SignatureReport

__all__ = ["NotAPdf", "Report", "SignatureReport", "verify_pdf"]
