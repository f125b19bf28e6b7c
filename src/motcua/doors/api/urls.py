"""Paths of the API."""

from django.urls import URLPattern, URLResolver, path

from motcua.doors.api import bank
from motcua.doors.api.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("payments/ipn", bank.notify, name="payments-ipn"),
    path("", api.urls),
]
