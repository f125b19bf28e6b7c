"""The agencies of the demonstration: Lạng Sơn in depth, the other provinces by name.

The province's identifier and the names of its communes are real; the codes below `H37`, the bank
(a number that no bank has) and the accounts are illustrative, and every row says so in `source`.
"""

from __future__ import annotations

import csv
from importlib.resources import files

from motcua.agencies.actions import AgencyLine
from motcua.agencies.models import Kind
from motcua.demo import accounts

PROVINCE = accounts.PROVINCE
ILLUSTRATIVE = "Mã minh họa, chưa được tỉnh công bố"
BANK = "970499"
"""A bank number that is not in use, so that no QR code of the demonstration can move real money."""

CENTRE_NAME = "Trung tâm Phục vụ hành chính công"
CULTURE = "Phòng Văn hóa - Xã hội"


def lang_son() -> list[AgencyLine]:
    """The agencies of the province below its People's Committee, parents before children."""
    lines = [
        _line(f"{PROVINCE}.00", f"{CENTRE_NAME} tỉnh Lạng Sơn", Kind.CENTRE, PROVINCE, "trung-tam"),
        *_departments(),
    ]
    for commune in accounts.communes():
        lines += _commune(commune.agency_code, commune.code, commune.kind, commune.name)
    return lines


def linked_bodies() -> list[AgencyLine]:
    """The bodies outside the province's own that take part in linked procedures: the police of each
    commune and the social insurance. Their codes are illustrative, their realms those of ministries
    (`G01` Bộ Công an, `G24` Bảo hiểm xã hội Việt Nam), so their dossiers are not the province's."""
    police = [
        AgencyLine(
            code=accounts.police_of(commune.agency_code),
            name=f"Công an {commune.kind.lower()} {commune.name}",
            kind=Kind.DEPARTMENT,
            territory=commune.code,
            source=ILLUSTRATIVE,
        )
        for commune in accounts.communes()
    ]
    insurance = AgencyLine(
        code=accounts.INSURANCE,
        name="Bảo hiểm xã hội tỉnh Lạng Sơn",
        kind=Kind.DEPARTMENT,
        territory=accounts.PROVINCE_CODE,
        source=ILLUSTRATIVE,
    )
    return [*police, insurance]


def another_province() -> list[AgencyLine]:
    """One commune of another province, to show intake that knows no border (NĐ 309/2026)."""
    return _commune(accounts.ELSEWHERE, accounts.ELSEWHERE_TERRITORY, "Phường", "Hoàn Kiếm", "H26")


POLICE_DECIDE = ("1.004222", "1.003197", "1.014062")
INSURANCE_DECIDES = ("1.001939", "2.000821")


def linked_competences() -> list[tuple[str, str, str]]:
    """Who decides what in linked procedures: procedure, agency, territory."""
    return [
        (procedure, accounts.police_of(commune.agency_code), commune.code)
        for procedure in POLICE_DECIDE
        for commune in accounts.communes()
    ] + [(one, accounts.INSURANCE, accounts.PROVINCE_CODE) for one in INSURANCE_DECIDES]


def _departments() -> list[AgencyLine]:
    source = files("motcua.demo").joinpath("data/departments_h37.csv").read_text(encoding="utf-8")
    return [
        _line(row["code"], row["name"], Kind.DEPARTMENT, PROVINCE, row["office_key"])
        for row in csv.DictReader(source.splitlines())
    ]


def _commune(
    code: str, territory: str, kind: str, name: str, province: str = PROVINCE
) -> list[AgencyLine]:
    """The People's Committee of a commune with its centre and its offices (NĐ 150/2025/NĐ-CP)."""
    full = f"{kind.lower()} {name}"
    economy = "Phòng Kinh tế, Hạ tầng và Đô thị" if kind == "Phường" else "Phòng Kinh tế"
    return [
        AgencyLine(
            code=code,
            name=f"Ủy ban nhân dân {full}",
            kind=Kind.COMMUNE,
            parent=province,
            territory=territory,
            bank_bin=BANK,
            bank_account=f"0000{code[1:].replace('.', '')}",
            source=ILLUSTRATIVE,
        ),
        _line(f"{code}.01", f"{CENTRE_NAME} {full}", Kind.CENTRE, code, "trung-tam"),
        _line(f"{code}.02", f"{economy} {full}", Kind.OFFICE, code, "phong-kinh-te"),
        _line(
            f"{code}.03",
            f"Phòng Văn hóa - Xã hội {full}",
            Kind.OFFICE,
            code,
            "phong-van-hoa-xa-hoi",
        ),
        _line(f"{code}.04", f"Văn phòng HĐND và UBND {full}", Kind.OFFICE, code, "van-phong"),
    ]


def _line(code: str, name: str, kind: str, parent: str, office_key: str = "") -> AgencyLine:
    return AgencyLine(
        code=code,
        name=name,
        kind=kind,
        parent=parent,
        office_key=office_key,
        source=ILLUSTRATIVE,
    )
