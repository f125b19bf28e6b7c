"""Life events: procedures that belong together, in the order in which they are done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bundle:
    """One life event: its key and the codes of its procedures in order; `one_form` when the law
    lets people ask for the first of them together (NĐ 63/2024/NĐ-CP: one e-form, at most three
    working days in all, five when something must be looked into)."""

    key: str
    codes: tuple[str, ...]
    one_form: bool = False


BUNDLES = (
    Bundle("birth", ("1.001193", "1.004222", "1.001939", "2.000693"), one_form=True),
    Bundle("death", ("1.000656", "1.003197", "2.000821", "2.001406"), one_form=True),
    Bundle("marriage", ("1.004873", "1.000894", "1.004222", "1.010038")),
    Bundle("business", ("1.001612", "1.011022", "1.013274", "2.001478")),
    Bundle("house", ("1.013949", "1.013225", "1.013229", "1.013995")),
    Bundle("papers", ("2.000815", "2.000884", "2.000635", "2.000908")),
)


def bundle(key: str) -> Bundle | None:
    """The life event of this key."""
    return next((one for one in BUNDLES if one.key == key), None)


def bundles_with(code: str) -> tuple[Bundle, ...]:
    """The life events that a procedure belongs to."""
    return tuple(one for one in BUNDLES if code in one.codes)
