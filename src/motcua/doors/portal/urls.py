"""Paths of the portal."""

from django.urls import include, path

from motcua.doors.portal.views import (
    account,
    catalogue,
    display,
    dossiers,
    filing,
    looked,
    payment,
    public,
    topics,
    transparency,
)

app_name = "portal"

urlpatterns = [
    path("", catalogue.home, name="home"),
    path("thu-tuc/", catalogue.procedures, name="procedures"),
    path("thu-tuc/<str:code>/", catalogue.procedure, name="procedure"),
    path("thu-tuc/<str:code>/nop/", filing.start, name="start"),
    path("nop/<int:draft_id>/", filing.tasks, name="draft"),
    path("nop/<int:draft_id>/co-quan/", filing.agency, name="draft-agency"),
    path("nop/<int:draft_id>/giay-to/", filing.papers, name="papers"),
    path("nop/<int:draft_id>/giay-to/<int:attachment_id>/bo/", filing.detach, name="detach"),
    path("nop/<int:draft_id>/kiem-tra/", filing.check, name="check"),
    path("nop/<int:draft_id>/xoa/", filing.discard, name="discard"),
    path("nop/<int:draft_id>/khoi-phuc/", filing.restore, name="restore"),
    path("nop/<int:draft_id>/muc/<slug:topic>/", topics.topic, name="topic"),
    path("dia-ban/<slug:province>/", topics.communes, name="communes"),
    path("ho-so/", dossiers.mine, name="my-dossiers"),
    path("ho-so/<str:number>/", dossiers.dossier, name="dossier"),
    path("ho-so/<str:number>/da-nop/", dossiers.filed, name="filed"),
    path("ho-so/<str:number>/bo-sung/", dossiers.supplement, name="supplement"),
    path("ho-so/<str:number>/xac-nhan/", dossiers.confirm, name="confirm"),
    path("ho-so/<str:number>/rut/", dossiers.withdraw, name="withdraw"),
    path("ho-so/<str:number>/danh-gia/", dossiers.rate, name="rate"),
    path("ho-so/<str:number>/tep/<str:file_id>/", dossiers.file, name="file"),
    path("ho-so/<str:number>/thanh-toan/", payment.pay, name="pay"),
    path("thanh-toan/ket-qua/", payment.came_back, name="pay-return"),
    path("ai-da-xem/", looked.who_looked, name="who-looked"),
    path("thong-bao/", dossiers.inbox, name="inbox"),
    path("tra-cuu/", public.lookup, name="lookup"),
    path("kiem-tra/", public.verify, name="verify"),
    path("kiem-tra/<str:code>/", public.verify_code, name="verify-code"),
    path("minh-bach/", transparency.days, name="transparency"),
    path("minh-bach/ngay/<str:day>.json", transparency.day, name="ledger-day"),
    path("minh-bach/muc/<str:number>.json", transparency.proof, name="ledger-proof"),
    path("minh-bach/goc-tin-cay.pem", transparency.trust, name="ledger-trust"),
    path("hien-thi/", display.display, name="display"),
    path("ngon-ngu/", display.language, name="language"),
    path("tai-khoan/", account.overview, name="account"),
    path("tai-khoan/", include("motcua.doors.portal.security_urls")),
    path("", include("motcua.doors.portal.signin_urls")),
]
