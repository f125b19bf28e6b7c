"""Paths of one's own data; part of the portal's."""

from django.urls import path

from motcua.doors.portal.views import closing, my_data, my_data_copies

urlpatterns = [
    path("", my_data.overview, name="my-data"),
    path("su-dung/", my_data.uses, name="my-data-uses"),
    path("dong-y/<int:consent_id>/", my_data.receipt, name="consent-receipt"),
    path("dong-y/<int:consent_id>.json", my_data.receipt_json, name="consent-receipt-json"),
    path("yeu-cau/moi/<slug:right>/", my_data.ask, name="data-request-new"),
    path("yeu-cau/<str:number>/", my_data.request_page, name="data-request"),
    path("yeu-cau/<str:number>/rut/", my_data.withdraw, name="data-request-withdraw"),
    path("dong-tai-khoan/", closing.close, name="account-close"),
    path("ban-sao/", my_data_copies.begin, name="data-copy-new"),
    path("ban-sao/<uuid:export_id>/", my_data_copies.read, name="data-copy"),
    path("ban-sao/<uuid:export_id>.json", my_data_copies.download, name="data-copy-json"),
    path("ban-sao/<uuid:export_id>.zip", my_data_copies.everything, name="data-copy-zip"),
]
