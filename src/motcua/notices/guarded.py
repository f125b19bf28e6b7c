"""Who sees notices: whom they are for, and the system that writes and sends them."""

from __future__ import annotations

from motcua.foundation.row_security import PERSON, any_of

POLICIES = {
    "notices_notice": any_of(PERSON.format(column="person_id")),
    "notices_delivery": any_of(
        "EXISTS (SELECT FROM notices_notice n WHERE n.id = notices_delivery.notice_id)"
    ),
}
