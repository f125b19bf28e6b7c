"""The register: the synthetic nation, and the children registered since."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from motcua.demo.naming import id_prefix
from motcua.demo.nation import Nation, nation
from motcua.demo.records import BirthNotice, Person
from sandbox.common.files import write_whole

PROVINCE, PROVINCE_NAME = "20", "Tỉnh Lạng Sơn"
COMMUNE = re.compile(r"\d{5}")
FIRST_NEWBORN, LAST_NEWBORN = 990_000, 999_999
NEEDED = ("full_name", "birth_date", "sex", "commune")
TAKEN = {*NEEDED, "ethnicity", "nationality", "father", "mother", "birth_notice"}


class BadChild(ValueError):
    """The child's data cannot be registered; says why."""


class Conflict(Exception):
    """The request id, or the birth notice, belongs to another registration; says which."""


@dataclass(frozen=True, slots=True)
class Newborn:
    """One number given: for which request, from which data."""

    request_id: str
    id_number: str
    data: dict[str, Any]


class Register:
    """People, families, notices. Changes are on disk before they are answered."""

    def __init__(self, home: Path) -> None:
        self._path = home / "newborns.json"
        self._lock = threading.Lock()
        kept = json.loads(self._path.read_text()) if self._path.exists() else []
        self._newborns = {entry["request_id"]: Newborn(**entry) for entry in kept}
        self._by_number = {n.id_number: n for n in self._newborns.values()}

    @property
    def nation(self) -> Nation:
        return nation()  # grown with the first call, not at the start

    def person(self, id_number: str) -> dict[str, Any] | None:
        """The entry of a person, or None."""
        found = self.nation.person(id_number)
        if found is not None:
            return self._entry(found)
        newborn = self._by_number.get(id_number)
        return self._newborn_entry(newborn) if newborn else None

    def family(self, id_number: str) -> dict[str, Any] | None:
        """A person with spouse, parents and children as far as they are in the register."""
        person = self.person(id_number)
        if person is None:
            return None
        found = self.nation.person(id_number)
        children = list(found.children) if found else []
        for newborn in self._newborns.values():
            if id_number in (newborn.data.get("father"), newborn.data.get("mother")):
                children.append(newborn.id_number)
        return {
            "person": person,
            "spouse": self._known(person["spouse"]),
            "father": self._known(person["father"]),
            "mother": self._known(person["mother"]),
            "children": [self.person(child) for child in children],
        }

    def household(self, id_number: str) -> dict[str, Any] | None:
        """Who lives with a person, the head first."""
        person = self.person(id_number)
        if person is None:
            return None
        members = [self._entry(p) for p in self.nation.households.get(person["household"], [])]
        members += [
            self._newborn_entry(n)
            for n in self._newborns.values()
            if self._newborn_entry(n)["household"] == person["household"]
        ]
        residence = person["residence"]
        return {"address": residence["text"], "commune": residence["commune"], "members": members}

    def notices(self, mother: str) -> list[dict[str, Any]]:
        """Birth notices of a mother that no registration has used."""
        found = [self._notice(n) for n in self.nation.notices if n.mother == mother]
        return [notice for notice in found if not notice["registered"]]

    def notice(self, number: str) -> dict[str, Any] | None:
        found = next((n for n in self.nation.notices if n.number == number), None)
        return self._notice(found) if found else None

    def assign(self, request_id: str, data: Mapping[str, Any]) -> tuple[Newborn, bool]:
        """Give a registered child a personal id number; True when it is new.

        The same request id with the same data answers the number already given. Raises `BadChild`
        and `Conflict`.
        """
        child = self._checked(data)
        with self._lock:
            earlier = self._newborns.get(request_id)
            if earlier is not None:
                if earlier.data != child:
                    raise Conflict("Mã yêu cầu này đã dùng để cấp số cho một trẻ khác.")
                return earlier, False
            notice = child.get("birth_notice")
            if notice and any(
                n.data.get("birth_notice") == notice for n in self._by_number.values()
            ):
                raise Conflict("Giấy chứng sinh này đã được đăng ký khai sinh.")
            newborn = Newborn(request_id, self._next_number(child), child)
            everybody = [*self._newborns.values(), newborn]
            self._save(everybody)
            self._newborns[request_id] = newborn
            self._by_number[newborn.id_number] = newborn
            return newborn, True

    def _next_number(self, child: Mapping[str, Any]) -> str:
        prefix = id_prefix("020", date.fromisoformat(child["birth_date"]), child["sex"])
        for serial in range(FIRST_NEWBORN, LAST_NEWBORN + 1):
            if f"{prefix}{serial}" not in self._by_number:
                return f"{prefix}{serial}"
        raise Conflict("Đã hết số trong dải dành cho dữ liệu mẫu.")

    def _save(self, everybody: list[Newborn]) -> None:
        entries = [
            {"request_id": n.request_id, "id_number": n.id_number, "data": n.data}
            for n in everybody
        ]
        write_whole(self._path, json.dumps(entries, ensure_ascii=False, indent=1).encode())

    def _checked(self, data: Mapping[str, Any]) -> dict[str, Any]:
        if unknown := sorted(set(data) - TAKEN):
            raise BadChild(f"Không hiểu trường: {', '.join(unknown)}.")
        child = {key: value for key, value in data.items() if value not in (None, "")}
        if missing := [key for key in NEEDED if key not in child]:
            raise BadChild(f"Thiếu: {', '.join(missing)}.")
        if wrong := sorted(key for key, value in child.items() if not isinstance(value, str)):
            raise BadChild(f"Phải là chuỗi: {', '.join(wrong)}.")
        if child["sex"] not in ("male", "female"):
            raise BadChild("Giới tính phải là male hoặc female.")
        try:
            date.fromisoformat(child["birth_date"])
        except ValueError as error:
            raise BadChild("Ngày sinh phải có dạng 2026-11-22.") from error
        if not COMMUNE.fullmatch(child["commune"]):
            raise BadChild("Mã xã, phường gồm 5 chữ số.")
        for parent in ("father", "mother"):
            if parent in child and self.person(child[parent]) is None:
                raise BadChild(f"Không tìm thấy {parent} trong cơ sở dữ liệu.")
        return child

    def _known(self, id_number: str | None) -> dict[str, Any] | None:
        return self.person(id_number) if id_number else None

    def _place(self, commune: str) -> dict[str, str]:
        name = self._commune_name(commune)
        return {"code": commune, "name": f"{name}, Lạng Sơn" if name else ""}

    def _commune_name(self, code: str) -> str:
        """Empty for a place outside Lạng Sơn: this register knows no others."""
        return next((c.full_name for c in self.nation.communes if c.code == code), "")

    def _residence(self, commune: str, detail: str) -> dict[str, str]:
        name = self._commune_name(commune)
        return {
            "province": PROVINCE,
            "province_name": PROVINCE_NAME,
            "commune": commune,
            "commune_name": name,
            "detail": detail,
            "text": ", ".join(filter(None, [detail, _inside(name), _inside(PROVINCE_NAME)])),
        }

    def _entry(self, person: Person) -> dict[str, Any]:
        issued = person.card_issued_on
        return {
            "id_number": person.id_number,
            "full_name": person.full_name,
            "birth_date": person.birth_date.isoformat(),
            "sex": person.sex,
            "ethnicity": person.ethnicity,
            "nationality": person.nationality,
            "marital_status": person.marital_status,
            "spouse": person.spouse,
            "father": person.father,
            "mother": person.mother,
            "father_name": person.father_name,
            "mother_name": person.mother_name,
            "birth_place": self._place(person.birth_place),
            "residence": self._residence(person.commune, person.address),
            "household": person.household,
            "phone": person.phone,
            "email": person.email,
            "card_issued_on": issued.isoformat() if issued else None,
            "alive": True,
        }

    def _newborn_entry(self, newborn: Newborn) -> dict[str, Any]:
        """A registered child lives where the mother does, else where the father does."""
        child = newborn.data
        mother, father = (self.nation.person(child.get(key, "")) for key in ("mother", "father"))
        home = mother or father
        return {
            "id_number": newborn.id_number,
            "full_name": child["full_name"],
            "birth_date": child["birth_date"],
            "sex": child["sex"],
            "ethnicity": child.get("ethnicity", home.ethnicity if home else ""),
            "nationality": child.get("nationality", "Việt Nam"),
            "marital_status": "single",
            "spouse": None,
            "father": child.get("father"),
            "mother": child.get("mother"),
            "father_name": father.full_name if father else "",
            "mother_name": mother.full_name if mother else "",
            "birth_place": self._place(child["commune"]),
            "residence": self._residence(
                home.commune if home else child["commune"], home.address if home else ""
            ),
            "household": home.household if home else 0,
            "phone": "",
            "email": "",
            "card_issued_on": None,
            "alive": True,
        }

    def _notice(self, notice: BirthNotice) -> dict[str, Any]:
        return {
            "number": notice.number,
            "mother": notice.mother,
            "mother_name": notice.mother_name,
            "born_at": f"{notice.born_at.isoformat()}+07:00",
            "birth_date": notice.born_at.date().isoformat(),
            "sex": notice.sex,
            "weight_grams": notice.weight_grams,
            "birth_order": notice.birth_order,
            "hospital": notice.hospital,
            "birth_place": self._place(notice.commune),
            "issued_on": notice.issued_on.isoformat(),
            "registered": any(
                n.data.get("birth_notice") == notice.number for n in self._newborns.values()
            ),
        }


def _inside(name: str) -> str:
    """A place's name within an address: "Xã Cai Kinh" as "xã Cai Kinh"."""
    return name[:1].lower() + name[1:]
