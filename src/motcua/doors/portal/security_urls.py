"""Paths of one's own security; part of the portal's."""

from django.urls import path

from motcua.doors.portal.views import security, session, step_up

urlpatterns = [
    path("xac-nhan/", step_up.ask, name="step-up"),
    path("lam-tiep/", session.resume, name="resume"),
    path("phien/con-day/", session.go_on, name="go-on"),
    path("bao-mat/", security.overview, name="security"),
    path("phien/ket-thuc-khac/", security.end_other_sessions, name="end-other-sessions"),
    path("phien/<str:handle>/ket-thuc/", security.end_session, name="end-session"),
    path("bao-mat/ung-dung/", security.add_app, name="add-app"),
    path("bao-mat/khoa/", security.add_passkey, name="add-passkey"),
    path("bao-mat/<int:factor_id>/bo/", security.remove, name="remove-factor"),
    path("bao-mat/ma-du-phong/", security.codes, name="recovery-codes"),
    path("bao-mat/ma-du-phong/lap/", security.new_codes, name="new-recovery-codes"),
]
