"""Paths of the desk."""

from django.urls import path

from motcua.doors.desk.views import (
    actions,
    catalogue,
    counter,
    decrees,
    drafts,
    extending,
    guardians,
    looking,
    pages,
    staff,
    staffing,
)

app_name = "desk"

urlpatterns = [
    path("", pages.inbox, name="inbox"),
    path("tim/", pages.find, name="find"),
    path("ho-so/<str:number>/", pages.dossier, name="dossier"),
    path("ho-so/<str:number>/tep/<str:file_id>/", pages.file, name="file"),
    path("ho-so/<str:number>/xem-day-du/", looking.reveal, name="reveal"),
    path("ho-so/<int:dossier_id>/tiep-nhan/", actions.accept, name="accept"),
    path("ho-so/<int:dossier_id>/bo-sung/", actions.ask_supplement, name="ask-supplement"),
    path("ho-so/<int:dossier_id>/tu-choi/", actions.refuse, name="refuse"),
    path("ho-so/<int:dossier_id>/doi-chieu/", actions.compare, name="compare"),
    path("ho-so/<int:dossier_id>/thu-tien/", actions.take_cash, name="take-cash"),
    path("gia-han/", pages.proposals, name="proposals"),
    path("ho-so/<int:dossier_id>/gia-han/", extending.extend, name="extend"),
    path("ho-so/<int:dossier_id>/phieu-kiem-soat/", actions.control_slip, name="control-slip"),
    path("viec/<int:item_id>/", actions.complete, name="complete"),
    path("viec/<int:item_id>/nhan/", actions.take, name="take"),
    path("viec/<int:item_id>/giao/", actions.assign, name="assign"),
    path("viec/<int:item_id>/lap-ban-ky/", actions.prepare, name="prepare"),
    path("viec/<int:item_id>/ky/", actions.sign, name="sign"),
    path("viec/<int:item_id>/tra/", actions.hand_over, name="hand-over"),
    path("luot-xem/", looking.odd_looks, name="odd-looks"),
    path("luot-xem/<int:odd_id>/", looking.examine, name="odd-look"),
    path("can-bo/", staff.officers, name="staff"),
    path("can-bo/<int:account_id>/ket-thuc-phien/", staff.end_sessions, name="end-sessions"),
    path("can-bo/<int:account_id>/bo-xac-nhan/", staff.clear_factors, name="clear-factors"),
    path("danh-muc/", catalogue.procedures, name="catalogue"),
    path("danh-muc/nhap/", catalogue.take_over, name="catalogue-import"),
    path("danh-muc/xuat/", catalogue.export, name="catalogue-export"),
    path("danh-muc/thu-tuc/<str:code>/", catalogue.procedure, name="catalogue-procedure"),
    path("danh-muc/thu-tuc/<str:code>/buoc/", catalogue.step, name="catalogue-step"),
    path(
        "danh-muc/thu-tuc/<str:code>/buoc/<int:step_id>/", catalogue.entry, name="catalogue-entry"
    ),
    path("danh-muc/thu-tuc/<str:code>/ket-thuc/", catalogue.end, name="catalogue-end"),
    path("danh-muc/thu-tuc/<str:code>/soan/", drafts.start, name="draft-start"),
    path("danh-muc/soan-moi/", drafts.start_new, name="draft-new"),
    path("danh-muc/ban-thao/<int:draft_id>/", drafts.draft, name="draft"),
    path("danh-muc/ban-thao/<int:draft_id>/gui-duyet/", drafts.send, name="draft-send"),
    path("danh-muc/ban-thao/<int:draft_id>/cong-bo/", drafts.publish, name="draft-publish"),
    path("danh-muc/ban-thao/<int:draft_id>/bo/", drafts.drop, name="draft-drop"),
    path("phan-cap/", decrees.decrees, name="decrees"),
    path("phan-cap/<int:decree_id>/", decrees.decree, name="decree"),
    path("phan-cap/<int:decree_id>/duyet/", decrees.approve, name="decree-approve"),
    path("phan-cap/<int:decree_id>/rut/", decrees.undo, name="decree-undo"),
    path("giam-ho/", guardians.overview, name="guardians"),
    path("giam-ho/ghi/", guardians.record, name="record-guardian"),
    path("giam-ho/<int:guardianship_id>/cham-dut/", guardians.end, name="end-guardian"),
    path("nhan-su/", staffing.bodies, name="bodies"),
    path("nhan-su/<int:agency_id>/", staffing.officers, name="officers"),
    path("nhan-su/<int:agency_id>/phan-cong/", staffing.appoint, name="appoint"),
    path(
        "nhan-su/<int:agency_id>/nhiem-vu/<int:post_id>/thoi/", staffing.end_post, name="end-post"
    ),
    path(
        "nhan-su/<int:agency_id>/roi-co-quan/<int:account_id>/",
        staffing.leave_agency,
        name="leave-agency",
    ),
    path("nhan-su/<int:agency_id>/uy-quyen/", staffing.delegate, name="delegate"),
    path(
        "nhan-su/<int:agency_id>/uy-quyen/<int:delegation_id>/cham-dut/",
        staffing.end_delegation,
        name="end-delegation",
    ),
    path("nhan-su/<int:agency_id>/nghi/", staffing.mark_leave, name="mark-leave"),
    path(
        "nhan-su/<int:agency_id>/nghi/<int:leave_id>/cham-dut/",
        staffing.end_leave,
        name="end-leave",
    ),
    path("quay/", counter.start, name="counter"),
    path("quay/<str:code>/", counter.file, name="counter-file"),
]
