"""Paths of signing in and out; part of the portal's."""

from django.urls import path

from motcua.doors.portal import signin

urlpatterns = [
    path("dang-nhap/", signin.choose, name="sign-in"),
    path("dang-nhap/vneid/", signin.to_eid, name="sign-in-eid"),
    path("dang-nhap/ket-qua/", signin.from_eid, name="sign-in-result"),
    path("dang-nhap/du-phong/", signin.by_password, name="sign-in-local"),
    path("dang-nhap/du-phong/ma/", signin.by_second_factor, name="sign-in-factor"),
    path("dang-xuat/", signin.sign_out, name="sign-out"),
]
