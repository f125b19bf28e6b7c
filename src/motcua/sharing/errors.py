"""Why a data service gave no answer. The text is shown to people."""

from __future__ import annotations


class SharingFailed(Exception):
    """Base of this room's errors; `message` is a Vietnamese sentence, `service` who failed."""

    message = "Không lấy được dữ liệu từ hệ thống khác."

    def __init__(self, service: str, reason: str = "") -> None:
        super().__init__(f"{service}: {reason}" if reason else service)
        self.service = service
        self.reason = reason


class ServiceUnavailable(SharingFailed):
    """No answer in time, or the service says it is out of order. Trying later may help."""

    message = "Hệ thống cung cấp dữ liệu đang gián đoạn. Bạn có thể tự nhập thông tin."


class ServiceRefused(SharingFailed):
    """The service understood and refuses, or answers what cannot be read. Trying again as it is
    does not help."""

    message = "Hệ thống cung cấp dữ liệu từ chối yêu cầu."
