"""Why a payment action was refused. The text is shown to people."""

from __future__ import annotations


class PaymentRefused(Exception):
    """Base of this room's errors; `message` is a Vietnamese sentence."""

    message = "Không thực hiện được việc thanh toán."

    def __init__(self, message: str | None = None) -> None:
        self.message = message or self.message
        super().__init__(self.message)


class BadItems(PaymentRefused, ValueError):
    """The items of a charge are not names with whole amounts of đồng."""


class NothingToPay(PaymentRefused):
    message = "Hồ sơ này không phải nộp phí, lệ phí."


class AlreadyPaid(PaymentRefused):
    message = "Khoản phí, lệ phí này đã được thanh toán. Bạn không cần nộp lại."


class NotPayable(PaymentRefused):
    """The charge was cancelled or has expired; `state` is which."""

    def __init__(self, state: str) -> None:
        self.state = state
        expired = "Khoản phí, lệ phí này đã hết hạn thanh toán."
        super().__init__(expired if state == "expired" else "Khoản phí, lệ phí này đã được hủy.")


class NoAccount(PaymentRefused):
    message = (
        "Cơ quan chưa khai báo tài khoản nhận chuyển khoản. Vui lòng chọn cách thanh toán khác."
    )


class UnknownMethod(PaymentRefused):
    message = "Cách thanh toán này không được hỗ trợ."


class NotRefundable(PaymentRefused):
    message = "Khoản tiền này không ở trạng thái chờ hoàn trả."


class BankUnreachable(Exception):
    """The bank did not answer, or its answer was not signed by it. Asked again later."""
