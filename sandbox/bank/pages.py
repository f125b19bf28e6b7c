"""The contents of the bank's pages (Jinja templates, escaping)."""

from __future__ import annotations


def vnd(amount: int) -> str:
    """`150.000 đ`."""
    return f"{amount:,}".replace(",", ".") + " đ"


REFUSED = """<p role="alert">Yêu cầu không hợp lệ: {{ reason }}.</p>
<p>Hãy quay lại trang đã đưa bạn tới đây và thử lại.</p>"""

PAYMENT = """<dl>
<dt>Số tiền</dt><dd><strong>{{ amount }}</strong></dd>
<dt>Nội dung</dt><dd>{{ order.info }}</dd>
<dt>Mã giao dịch</dt><dd>{{ order.ref }}</dd>
</dl>
<form method="post" action="/pay/{{ order.ref }}">
<p><button name="choice" value="pay">Thanh toán</button></p>
<fieldset><legend>Thử các trường hợp khác</legend>
<button class="plain" name="choice" value="cancel">Hủy giao dịch</button>
<button class="plain" name="choice" value="insufficient">Tài khoản không đủ số dư</button>
<button class="plain" name="choice" value="otp">Nhập sai mã OTP</button>
<button class="plain" name="choice" value="held">Ngân hàng giữ lại để kiểm tra</button>
</fieldset>
</form>"""

ENDED = """<p>Giao dịch {{ order.ref }} đã kết thúc với mã {{ order.code }}.</p>
<p><a href="/back/{{ order.ref }}">Quay lại trang của cơ quan</a></p>"""

QR_TEXT = """{% if error %}<p role="alert">{{ error }}</p>{% endif %}
<form method="post" action="/qr">
<p><label for="text">Nội dung mã QR</label>
<input type="text" id="text" name="text" value="{{ text }}" autocomplete="off" required></p>
<p><button>Đọc mã</button></p>
</form>"""

QR_CONFIRM = """<form method="post" action="/qr">
<input type="hidden" name="bank" value="{{ read.bank }}">
<input type="hidden" name="account" value="{{ read.account }}">
<dl><dt>Ngân hàng</dt><dd>{{ bank_name }}</dd>
<dt>Tài khoản</dt><dd>{{ read.account }}</dd></dl>
<p><label for="amount">Số tiền (đồng)</label>
<input type="text" inputmode="numeric" id="amount" name="amount" value="{{ read.amount }}"></p>
<p><label for="content">Nội dung chuyển khoản</label>
<input type="text" id="content" name="content" value="{{ read.content }}"></p>
<p><button>Chuyển tiền</button></p>
</form>"""

SENT = """<p>Đã chuyển <strong>{{ amount }}</strong> với nội dung “{{ row.content }}”.
Mã giao dịch {{ row.number }}.</p>
<p>Bạn có thể đóng trang này và xem kết quả ở trang hồ sơ. <a href="/qr">Chuyển tiếp</a></p>"""

OVERVIEW = """<p><a href="/qr">Chuyển tiền bằng mã QR</a></p>
<h2>Giao dịch trên trang thanh toán</h2>
<table><thead><tr><th scope="col">Mã</th><th scope="col">Số tiền</th><th scope="col">Kết thúc</th>
</tr></thead><tbody>{% for o in orders %}<tr><td>{{ o.ref }}</td>
<td>{{ vnd(o.amount // 100) }}</td><td>{{ o.state }} {{ o.code }}</td></tr>
{% else %}<tr><td colspan="3">Chưa có.</td></tr>{% endfor %}</tbody></table>
<h2>Chuyển khoản</h2>
<table><thead><tr><th scope="col">Mã</th><th scope="col">Số tiền</th><th scope="col">Nội dung</th>
</tr></thead><tbody>{% for t in transfers %}<tr><td>{{ t.number }}</td><td>{{ vnd(t.amount) }}</td>
<td>{{ t.content }}</td></tr>{% else %}<tr><td colspan="3">Chưa có.</td></tr>{% endfor %}
</tbody></table>
<h2>Thông báo cho hệ thống Một Cửa</h2>
<table><thead><tr><th scope="col">Loại</th><th scope="col">Trạng thái</th>
<th scope="col">Số lần gửi</th><th scope="col">Trả lời</th></tr></thead><tbody>
{% for c in callbacks %}<tr><td>{{ c.kind }}</td><td>{{ c.state }}</td><td>{{ c.tries }}</td>
<td>{{ c.answer }}</td></tr>{% else %}<tr><td colspan="4">Chưa có.</td></tr>{% endfor %}
</tbody></table>
<h2>Cho ngân hàng cư xử tệ</h2>
<form method="post" action="/api/knobs">
<p><label for="lose">Làm mất bao nhiêu thông báo tới</label>
<input type="text" inputmode="numeric" id="lose" name="lose" value="{{ knobs.lose|int }}"></p>
<p><label for="duplicate">Gửi hai lần bao nhiêu thông báo tới</label>
<input type="text" inputmode="numeric" id="duplicate" name="duplicate"
 value="{{ knobs.duplicate|int }}"></p>
<p><label for="corrupt">Ký sai bao nhiêu lần gửi tới</label>
<input type="text" inputmode="numeric" id="corrupt" name="corrupt"
 value="{{ knobs.corrupt|int }}"></p>
<p><label for="delay">Gửi chậm bao nhiêu giây</label>
<input type="text" inputmode="decimal" id="delay" name="delay" value="{{ knobs.delay }}"></p>
<p><button>Đặt</button></p>
</form>"""
