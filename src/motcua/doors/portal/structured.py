"""A procedure for programs that read pages: schema.org GovernmentService as JSON-LD.

The block is data: a browser runs none of it, so the policy that forbids scripts in pages stands.
"""

from __future__ import annotations

import json

from django.utils.safestring import SafeString

from motcua.catalogue.facts import VersionFacts

_ESCAPED = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def government_service(version: VersionFacts, url: str) -> SafeString:
    """The JSON-LD of a procedure at `url`, ready to stand in a page: nothing in it can end the
    block or begin a tag."""
    said: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "identifier": version.code,
        "name": version.short_name,
        "alternateName": version.name,
        "serviceType": version.sector,
        "url": url,
        "jurisdiction": {"@type": "Country", "name": "Việt Nam"},
        "availableChannel": [
            {"@type": "ServiceChannel", "serviceUrl": url, "name": channel.way}
            for case in version.cases[:1]
            for channel in case.channels
        ],
    }
    if version.authority:
        said["serviceOperator"] = {
            "@type": "GovernmentOrganization",
            "name": version.authority[:300],
        }
    if version.subjects:
        said["audience"] = {"@type": "Audience", "audienceType": version.subjects}
    if version.results:
        said["serviceOutput"] = [
            {"@type": "Thing", "name": result.name, "identifier": result.code}
            for result in version.results
        ]
    written = json.dumps(said, ensure_ascii=False).translate(_ESCAPED)
    return SafeString(written)  # every character that could end the block is escaped above
