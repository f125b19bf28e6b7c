"""An administrator appoints, delegates and ends on the pages; who leaves is out that minute."""

from __future__ import annotations

import pytest

from motcua.foundation import clock
from motcua.people import actions
from motcua.people.models import Access, Appointment, Delegation, Mandate
from tests.second_factor import fresh, give_app

from .test_staff_access import people, window

pytestmark = pytest.mark.django_db
__all__ = ["people"]


@pytest.fixture
def admin(people):
    give_app(people["administrator"].pk)
    client = window(people["administrator"])
    fresh(client)
    return client


def home(people) -> int:
    return Appointment.objects.get(account=people["handler"]).agency_id


def test_who_leaves_the_agency_is_out_with_the_next_request(people, admin):
    at_work = window(people["handler"])
    assert at_work.get("/mot-cua/").status_code == 200
    place = f"/mot-cua/nhan-su/{home(people)}/"
    assert "Bế Thanh Ánh" in admin.get(place).content.decode()
    answer = admin.post(f"{place}roi-co-quan/{people['handler'].pk}/", follow=True)
    assert "có hiệu lực ngay" in answer.content.decode()
    assert at_work.get("/mot-cua/").status_code == 404
    assert "Bế Thanh Ánh" not in admin.get(place).content.decode()


def test_an_officer_is_appointed_and_works_at_once(people, admin):
    stranger = window(people["stranger"])
    place = f"/mot-cua/nhan-su/{home(people)}/"
    form = {
        "id_number": "020194900104",
        "full_name": "Lê Văn Xa",
        "place": home(people),
        "role": "receptionist",
        "title": "Chuyên viên",
        "source": "QĐ 15 ngày 22/11/2026",
        "since": clock.today().isoformat(),
    }
    wrong = admin.post(f"{place}phan-cong/", {**form, "full_name": "Người Khác"}, follow=True)
    assert "không khớp" in wrong.content.decode()
    assert not Appointment.objects.filter(account=people["stranger"], role="receptionist").exists()
    admin.post(f"{place}phan-cong/", form)
    assert stranger.get("/mot-cua/quay/").status_code == 200


def test_a_delegation_is_recorded_shown_and_ended(people, admin):
    place = f"/mot-cua/nhan-su/{home(people)}/"
    day = clock.today().isoformat()
    form = {
        "place": home(people),
        "giver": people["approver"].pk,
        "receiver": people["handler"].pk,
        "role": ["approver"],
        "title": "Chánh Văn phòng",
        "decision": "12/UQ-UBND",
        "since": day,
        "until": day,
    }
    assert "12/UQ-UBND" in admin.post(f"{place}uy-quyen/", form, follow=True).content.decode()
    bad = admin.post(f"{place}uy-quyen/", {**form, "until": "mai"}, follow=True)
    assert "Ngày không đúng" in bad.content.decode()
    (found,) = Delegation.objects.all()
    admin.post(f"{place}uy-quyen/{found.pk}/cham-dut/")
    assert "12/UQ-UBND" not in admin.get(place).content.decode()


def test_without_the_second_factor_nothing_is_changed(people):
    give_app(people["administrator"].pk)
    client = window(people["administrator"])
    place = f"/mot-cua/nhan-su/{home(people)}/roi-co-quan/{people['handler'].pk}/"
    assert client.post(place)["Location"] == "/tai-khoan/xac-nhan/"
    assert Appointment.objects.get(account=people["handler"]).valid.upper is None


def test_the_agencies_one_keeps_are_found_by_name_without_tone_marks(people, admin):
    page = admin.get("/mot-cua/nhan-su/?q=co quan h37.105").content.decode()
    assert "H37.105" in page
    assert "H38" not in admin.get("/mot-cua/nhan-su/").content.decode()


def test_a_guardian_is_recorded_on_the_page_and_the_look_with_it(people):
    admin = people["approver"]
    post = Appointment.objects.get(account=admin)
    actions.appoint(admin, post.agency, "head", title="Chủ tịch", since=clock.today(), source="QĐ")
    give_app(admin.pk)
    client = window(admin)
    fresh(client)
    form = {
        "guardian_id": "020180900070",
        "guardian_name": "Lò Văn Hộ",
        "ward_id": "020315900071",
        "ward_name": "Lò Thị Trẻ",
        "paper": "QĐ 7/2026",
    }
    page = client.post("/mot-cua/giam-ho/ghi/", form, follow=True).content.decode()
    assert "Lò Văn Hộ" in page
    assert "QĐ 7/2026" in page
    looks = Access.objects.filter(viewer=admin, purpose__contains="QĐ 7/2026")
    assert {one.subject.full_name for one in looks} == {"Lò Văn Hộ", "Lò Thị Trẻ"}
    given = Mandate.objects.get()
    client.post(f"/mot-cua/giam-ho/{given.pk}/cham-dut/")
    assert "QĐ 7/2026" not in client.get("/mot-cua/giam-ho/").content.decode()
    assert window(people["handler"]).get("/mot-cua/giam-ho/").status_code == 404
