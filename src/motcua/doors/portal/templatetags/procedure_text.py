"""Words for limits, fees, ways and roles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from motcua.catalogue.facts import ChannelFacts, Limit
from motcua.dossiers.models import Dossier
from motcua.foundation import clock, money

register = template.Library()


@register.filter
def vnd(amount: int) -> str:
    """`150000` → `150.000 đ`."""
    return money.vnd(int(amount))


@register.filter
def moment(iso: str | None) -> str:
    """`2026-11-23T00:53:46+07:00` → `00:53:46 23/11/2026`, in the time of Vietnam."""
    try:
        at = datetime.fromisoformat(iso or "")
    except ValueError:
        return iso or ""
    return clock.local(at).strftime("%H:%M:%S %d/%m/%Y") if at.tzinfo else str(iso)


@register.filter
def way_name(way: str) -> str:
    return {
        "online": _("Trực tuyến"),
        "counter": _("Trực tiếp tại quầy"),
        "post": _("Bưu chính công ích"),
    }.get(way, way)


def _limit(amount: Any, unit: str) -> str:
    number = f"{amount:.2f}".rstrip("0").rstrip(".").replace(".", ",") if amount is not None else ""
    return {
        "within_day": _("Trong ngày (nhận sau 15 giờ: ngày làm việc tiếp theo)"),
        "working_day": _("%s ngày làm việc"),
        "working_hour": _("%s giờ làm việc"),
        "day": _("%s ngày"),
        "month": _("%s tháng"),
    }[unit].replace("%s", number)


@register.filter
def limit_text(limit: Limit | None) -> str:
    """A limit in words."""
    return _limit(limit.amount, limit.unit) if limit else _("theo hướng dẫn của cơ quan")


@register.filter
def dossier_limit(dossier: Dossier) -> str:
    return _limit(dossier.limit_amount, dossier.limit_unit)


@register.filter
def fee_text(channel: ChannelFacts) -> str:
    """A fee in words: its text where the law's is a formula."""
    if not channel.fee:
        return channel.fee_text or _("Miễn phí")
    if channel.fee.isdigit():
        return money.vnd(int(channel.fee))
    return channel.fee_text


@register.filter
def role_name(role: str) -> str:
    return {
        "receptionist": _("Bộ phận Một cửa"),
        "handler": _("chuyên viên"),
        "approver": _("lãnh đạo"),
        "clerk": _("văn thư"),
        "head": _("người đứng đầu"),
        "inspector": _("thanh tra"),
        "data_officer": _("bảo vệ dữ liệu cá nhân"),
        "administrator": _("quản trị"),
        "applicant": _("người nộp hồ sơ"),
        "system": _("hệ thống"),
    }.get(role, role)


@register.filter
def standing_tag(standing: str) -> SafeString:
    """The verdict of the clock as a tag: never colour alone."""
    words = {
        "early": ("good", _("Trước hạn")),
        "on_time": ("good", _("Đúng hạn")),
        "late": ("bad", _("Trễ hạn")),
        "running": ("info", _("Trong hạn")),
        "due_soon": ("warn", _("Sắp đến hạn")),
        "overdue": ("bad", _("Quá hạn")),
        "paused": ("warn", _("Tạm dừng tính thời hạn")),
    }
    css, name = words.get(standing, ("info", standing))
    return format_html('<span class="tag {}">{}</span>', css, name)
