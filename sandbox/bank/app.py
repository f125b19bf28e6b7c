"""The bank's pages and interfaces."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

import flask

from sandbox.bank import pages, wire
from sandbox.bank.sender import Sender
from sandbox.bank.store import ENDINGS, KNOBS, Store
from sandbox.common.pages import page, problem, style
from sandbox.common.server import Place, agreed_secret

BANK_CODE = "NCB"


def platform_address() -> str:
    """Where the platform takes callbacks."""
    port = os.environ.get("MOTCUA_PORT") or "8000"
    base = os.environ.get("MOTCUA_URL") or f"http://127.0.0.1:{port}"
    return f"{base.rstrip('/')}/api/payments/ipn"


def make_app(place: Place, platform: str | None = None) -> flask.Flask:
    """The server; `platform` is where callbacks go when it is not where the environment says."""
    app = flask.Flask(__name__, static_folder=None)
    key = agreed_secret("MOTCUA_BANK_SECRET").encode()
    store = Store(place.home / "bank.sqlite")
    sender = Sender(store, key, platform or platform_address())
    banks = json.loads((Path(__file__).parent / "banks.json").read_text())
    app.add_url_rule("/style.css", view_func=style)

    def tell(kind: str, params: dict[str, str], wait: float = 1.5) -> None:
        callback_id = store.queue(kind, params)
        sender.wake()
        if not store.knobs()["delay"]:
            sender.wait_for(callback_id, wait)

    def outcome(order: Any) -> dict[str, str]:
        """What callback and return address say of an ended order."""
        return {
            "vnp_TmnCode": order["terminal"],
            "vnp_TxnRef": order["ref"],
            "vnp_Amount": str(order["amount"]),
            "vnp_OrderInfo": order["info"],
            "vnp_BankCode": BANK_CODE,
            "vnp_CardType": "ATM",
            "vnp_PayDate": order["pay_date"],
            "vnp_TransactionNo": order["number"],
            "vnp_ResponseCode": order["code"],
            "vnp_TransactionStatus": ENDINGS[order["state"]][1],
        }

    def back(order: Any) -> flask.Response:
        """To the return address of an ended order, with the outcome, signed."""
        query = wire.encode(wire.sign(outcome(order), key))
        joint = "&" if "?" in order["return_url"] else "?"
        return flask.redirect(f"{order['return_url']}{joint}{query}", 303)  # type: ignore[return-value] # werkzeug's response is flask's here

    def end(ref: str, choice: str) -> None:
        if store.end_order(ref, choice):
            tell("ipn", outcome(store.order(ref)))

    def refuse(reason: str) -> flask.Response:
        return page("Không mở được trang thanh toán", pages.REFUSED, 400, reason=reason)

    @app.get("/paymentv2/vpcpay.html")
    def payment_page() -> flask.Response:
        params = flask.request.args.to_dict()
        if not wire.signed(params, key):
            return refuse("chữ ký sai")
        try:
            order = store.open_order(params)
        except (KeyError, ValueError):
            return page(
                "Không mở được trang thanh toán", pages.REFUSED, 400, reason="thiếu dữ liệu"
            )
        if str(order["amount"]) != params["vnp_Amount"]:
            return refuse("số tiền khác")
        if order["state"] == "open" and wire.now_text() > order["expires"]:
            end(order["ref"], "expired")
            order = store.open_order(params)
        if order["state"] != "open":
            return page("Giao dịch đã kết thúc", pages.ENDED, 200, order=order)
        return page(
            "Thanh toán", pages.PAYMENT, order=order, amount=pages.vnd(order["amount"] // 100)
        )

    @app.post("/pay/<ref>")
    def choose(ref: str) -> flask.Response:
        order, choice = store.order(ref), flask.request.form.get("choice", "")
        if order is None or choice not in ENDINGS:
            return page("Không tìm thấy giao dịch", pages.REFUSED, 404, reason="không có giao dịch")
        end(ref, "expired" if wire.now_text() > order["expires"] else choice)
        return back(store.order(ref))

    @app.get("/back/<ref>")
    def return_again(ref: str) -> flask.Response:
        order = store.order(ref)
        if order is None or order["state"] == "open":
            return page("Không tìm thấy giao dịch", pages.REFUSED, 404, reason="không có giao dịch")
        return back(order)

    @app.post("/release/<ref>")
    def release(ref: str) -> flask.Response:
        if not store.release_held(ref):
            return problem(404, "Không tìm thấy", "Không có giao dịch nào đang bị giữ với mã này.")
        return flask.jsonify({"released": ref})

    @app.post("/merchant_webapi/api/transaction")
    def querydr() -> flask.Response:
        body = {str(k): str(v) for k, v in (flask.request.get_json(silent=True) or {}).items()}
        known = {"vnp_ResponseId": secrets.token_hex(16), "vnp_Command": "querydr"}
        known |= {name: body.get(name, "") for name in ("vnp_TmnCode", "vnp_TxnRef")}
        if not wire.signed_joined(body, wire.QUESTION, key):
            answer = {**known, "vnp_ResponseCode": "97", "vnp_Message": "Invalid checksum"}
        elif (order := store.order(body["vnp_TxnRef"])) is None:
            answer = {**known, "vnp_ResponseCode": "91", "vnp_Message": "Not found"}
        else:
            if order["state"] == "open" and wire.now_text() > order["expires"]:
                end(order["ref"], "expired")
                order = store.order(order["ref"])
                assert order is not None
            answer = {
                **known,
                "vnp_ResponseCode": "00",
                "vnp_Message": "QueryDR Success",
                "vnp_Amount": str(order["amount"]),
                "vnp_OrderInfo": order["info"],
                "vnp_BankCode": BANK_CODE,
                "vnp_PayDate": order["pay_date"],
                "vnp_TransactionNo": order["number"],
                "vnp_TransactionType": "01",
                "vnp_TransactionStatus": (
                    "01" if order["state"] == "open" else ENDINGS[order["state"]][1]
                ),
            }
        return flask.jsonify(wire.sign_joined(answer, wire.ANSWER, key))

    def notice(row: Any) -> dict[str, str]:
        """A transfer as credit notices and statements put it."""
        return {
            "account": row["account"],
            "amount": str(row["amount"]),
            "content": row["content"],
            "transaction": row["number"],
            "paid_at": row["paid_at"],
        }

    def transfer(bank: str, account: str, amount: int, content: str) -> Any:
        row = store.transfer(bank, account, amount, content)
        tell("credit", notice(row))
        return row

    @app.route("/qr", methods=["GET", "POST"])
    def qr() -> flask.Response:
        form = flask.request.form
        if flask.request.method == "POST" and "account" in form:
            if not form["amount"].isascii() or not form["amount"].isdigit():
                return page("Chuyển tiền", pages.QR_TEXT, 400, text="", error="Số tiền phải là số.")
            row = transfer(form["bank"], form["account"], int(form["amount"]), form["content"])
            return page("Đã chuyển tiền", pages.SENT, row=row, amount=pages.vnd(row["amount"]))
        text = (form.get("text") or flask.request.args.get("text") or "").strip()
        if not text:
            return page("Chuyển tiền bằng mã QR", pages.QR_TEXT, text="", error="")
        read = read_qr(text)
        if read is None:
            wrong = "Không đọc được mã này. Hãy chép lại toàn bộ nội dung mã."
            return page("Chuyển tiền bằng mã QR", pages.QR_TEXT, 400, text=text, error=wrong)
        name = banks.get(read["bank"], read["bank"])
        return page("Xác nhận chuyển tiền", pages.QR_CONFIRM, read=read, bank_name=name)

    @app.post("/api/transfers")
    def api_transfer() -> flask.Response:
        body = flask.request.get_json(silent=True) or {}
        read = read_qr(str(body["qr"])) if "qr" in body else {}
        if read is None:
            return problem(400, "Mã QR không hợp lệ", "Không đọc được nội dung mã QR.")
        asked = {**read, **{k: v for k, v in body.items() if k != "qr"}}
        try:
            row = transfer(
                str(asked["bank"]),
                str(asked["account"]),
                int(asked["amount"]),
                str(asked["content"]),
            )
        except (KeyError, ValueError, TypeError):
            return problem(400, "Thiếu dữ liệu", "Cần bank, account, amount và content, hoặc qr.")
        return flask.jsonify(notice(row))

    @app.post("/api/statement")
    def statement() -> flask.Response:
        body = {str(k): str(v) for k, v in (flask.request.get_json(silent=True) or {}).items()}
        if not wire.signed(body, key, "signature"):
            return problem(403, "Chữ ký sai", "Yêu cầu không mang chữ ký đúng.")
        rows = store.transfers_since(body.get("since", ""))
        lines = [wire.sign(notice(row), key, "signature") for row in rows]
        return flask.jsonify({"transfers": lines})

    @app.route("/api/knobs", methods=["GET", "POST"])
    def knobs() -> flask.Response:
        body = flask.request.get_json(silent=True) or flask.request.form.to_dict()
        for name, value in body.items():
            if name not in KNOBS:
                return problem(400, "Không có núm này", f"Có: {', '.join(KNOBS)}.")
            store.turn(name, float(value or 0))
        if flask.request.form:
            return flask.redirect("/", 303)  # type: ignore[return-value] # as above
        return flask.jsonify(store.knobs())

    @app.get("/")
    def overview() -> flask.Response:
        return page(
            "Ngân hàng thử nghiệm",
            pages.OVERVIEW,
            orders=store.latest("orders"),
            transfers=store.latest("transfers"),
            callbacks=store.latest("callbacks"),
            knobs=store.knobs(),
            vnd=pages.vnd,
        )

    return app


def read_qr(text: str) -> dict[str, Any] | None:
    """Bank, account, amount and content of a VietQR text; None when its check sum is wrong or it
    is no transfer."""
    from vietnam_qr_pay import QRPay  # here: most runs never see one

    try:
        read = QRPay(text)
    except (ValueError, IndexError, RecursionError):
        return None
    if not read.is_valid or not read.consumer.bank_number:
        return None
    return {
        "bank": read.consumer.bank_bin or "",
        "account": read.consumer.bank_number,
        "amount": int(read.amount) if (read.amount or "").isdigit() else 0,
        "content": read.additional_data.purpose or "",
    }
