"""The contents of the portal's pages (Jinja templates, escaping)."""

from __future__ import annotations


def moment(text: str | None) -> str:
    """`20261120100500` as `10:05 ngày 20/11/2026`; empty for nothing."""
    if not text:
        return ""
    return f"{text[8:10]}:{text[10:12]} ngày {text[6:8]}/{text[4:6]}/{text[:4]}"


OVERVIEW = """<p><a href="/send">Nộp một hồ sơ cho địa phương</a></p>
<h2>Hồ sơ các địa phương báo về</h2>
<table><thead><tr><th scope="col">Mã hồ sơ</th><th scope="col">Thủ tục</th>
<th scope="col">Trạng thái</th></tr></thead><tbody>
{% for d in dossiers %}<tr><td><a href="/dossiers/{{ d.MaHoSo }}">{{ d.MaHoSo }}</a></td>
<td>{{ d.TenTTHC }}</td><td>{{ states[d.TrangThaiHoSo] }}</td></tr>
{% else %}<tr><td colspan="3">Chưa có hồ sơ nào.</td></tr>{% endfor %}</tbody></table>
<h2>Hồ sơ đã nộp ở đây và gửi về địa phương</h2>
<table><thead><tr><th scope="col">Mã trên Cổng</th><th scope="col">Tình trạng</th>
<th scope="col">Địa phương trả lời</th></tr></thead><tbody>
{% for s in sent %}<tr><td>{{ s.number }}</td><td>{{ {"waiting": "đang gửi", "done": "đã nhận",
"refused": "bị từ chối"}[s.state] }} ({{ s.tries }} lần gửi)</td><td>{{ s.answer }}</td></tr>
{% else %}<tr><td colspan="3">Chưa nộp hồ sơ nào.</td></tr>{% endfor %}</tbody></table>
{% if refusals %}<h2>Thông điệp bị từ chối</h2>
<ul>{% for r in refusals %}<li>{{ r.key }}: {{ r.error }}</li>{% endfor %}</ul>{% endif %}"""

NOT_FOUND = """<p role="alert">Chưa nhận được thông tin nào về hồ sơ {{ number }}.</p>
<p><a href="/">Danh sách hồ sơ</a></p>"""

DOSSIER = """<dl>
<dt>Thủ tục</dt><dd>{{ dossier.MaTTHC }} {{ dossier.TenTTHC }}</dd>
<dt>Chủ hồ sơ</dt><dd>{{ dossier.ChuHoSo }}</dd>
<dt>Đơn vị xử lý</dt><dd>{{ dossier.DonViXuLy }}</dd>
<dt>Trạng thái</dt><dd><strong>{{ states[dossier.TrangThaiHoSo] }}</strong></dd>
<dt>Ngày tiếp nhận</dt><dd>{{ moment(dossier.NgayTiepNhan) or "chưa tiếp nhận" }}</dd>
<dt>Ngày hẹn trả</dt><dd>{{ moment(dossier.NgayHenTra) or "chưa hẹn" }}</dd>
</dl>
<h2>Diễn biến</h2>
<table><thead><tr><th scope="col">Thời điểm</th><th scope="col">Trạng thái</th>
<th scope="col">Nội dung</th><th scope="col">Người xử lý</th></tr></thead><tbody>
{% for state, step in history %}<tr><td>{{ moment(step.ThoiDiemXuLy) }}</td>
<td>{{ states[state] }}</td><td>{{ step.NoiDungXuLy }}</td><td>{{ step.NguoiXuLy }}</td></tr>
{% endfor %}</tbody></table>
{% if dossier.DanhSachLePhi %}<h2>Phí, lệ phí</h2>
<ul>{% for f in dossier.DanhSachLePhi %}<li>{{ f.TenPhiLePhi }}: {{ f.Gia }} đồng</li>{% endfor %}
</ul><p>{{ "Chưa thanh toán trực tuyến." if dossier.DuocThanhToanTrucTuyen == "3"
else "Đã thanh toán trực tuyến." }}</p>{% endif %}
{% if dossier.DanhSachGiayToKetQua %}<h2>Kết quả</h2>
<ul>{% for r in dossier.DanhSachGiayToKetQua %}<li>{{ r.TenGiayTo }} số {{ r.GiayToId }}</li>
{% endfor %}</ul>{% endif %}
<p><a href="/">Danh sách hồ sơ</a></p>"""

SEND = """{% if error %}<p role="alert">{{ error }}</p>{% endif %}
<form method="post" action="/send">
{% for name, label in [("MaTTHC", "Mã thủ tục"), ("DonViXuLy", "Mã cơ quan giải quyết"),
("ChuHoSo", "Họ, chữ đệm và tên"), ("SoDinhDanh", "Số định danh cá nhân"),
("NgaySinh", "Ngày sinh (năm-tháng-ngày)"), ("SoDienThoai", "Số điện thoại"),
("Email", "Thư điện tử"), ("DuLieu", "Dữ liệu tờ khai (JSON)")] %}
<p><label for="{{ name }}">{{ label }}</label>
<input type="text" id="{{ name }}" name="{{ name }}" value="{{ values[name] or "" }}"></p>
{% endfor %}
<p><button>Nộp hồ sơ</button></p>
</form>"""
