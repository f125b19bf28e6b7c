"""One mail to one address by SMTP."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from email.header import Header
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from motcua.foundation.outgoing import mail as outgoing
from motcua.notices.models import Notice

TIMEOUT = 10.0  # seconds
SENDER = ("Một Cửa", "khong-tra-loi@motcua.example.com")
CLOSING = (
    "\n\nThư này được gửi tự động. Thông báo đầy đủ ở trong hộp thông báo của bạn trên Một Cửa.\n"
)


class MailRefused(Exception):
    """The mail did not go out. `for_good`: trying again would not help (a 5xx answer, or an address
    that is none)."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.for_good = for_good


def compose(notice: Notice, address: str) -> MIMEText:
    """The mail of a notice: its text, and where to read more. Raises `MailRefused` for an address
    that cannot be one."""
    try:
        validate_email(address)
    except ValidationError as error:
        raise MailRefused("Địa chỉ thư không hợp lệ", for_good=True) from error
    where = f"\n\nXem tại: {settings.ENV.public_url}{notice.link}" if notice.link else ""
    # The older class of the library: composing takes a sixth of the newer one's time.
    message = MIMEText(f"{notice.body}{where}{CLOSING}", "plain", "utf-8")
    message["To"] = address
    message["From"] = formataddr(SENDER)
    message["Subject"] = Header(" ".join(notice.title.split()), "utf-8").encode()
    message["Date"] = format_datetime(notice.created_at)
    message["Message-ID"] = f"<notice-{notice.pk}@{SENDER[1].partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    return message


class Connection:
    """One conversation with the mail server `MOTCUA_SMTP`, opened when the first mail needs it and
    used for the others."""

    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def post(self, message: MIMEText) -> None:
        """Hand a message over. Raises `MailRefused`."""
        try:
            self._open().sendmail(SENDER[1], [str(message["To"])], message.as_bytes())
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise MailRefused(str(error.recipients), for_good=min(codes) >= 500) from error
        except smtplib.SMTPResponseException as error:
            self._close()
            raise MailRefused(str(error), for_good=error.smtp_code >= 500) from error
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise MailRefused(f"{type(error).__name__}: {error}", for_good=False) from error

    def _open(self) -> smtplib.SMTP:
        if self._server is None:
            self._server = outgoing.connect(settings.ENV.smtp, TIMEOUT)
        return self._server

    def _close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
