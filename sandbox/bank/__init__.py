"""A stand-in for a bank with a payment gateway in the manner of VNPAY, and transfers by VietQR.

- `GET /paymentv2/vpcpay.html?vnp_…` is the payment page of a signed order; `POST /pay/{order}` with
  `choice` = `pay`, `cancel`, `insufficient`, `otp` or `held` ends it, tells the platform and
  redirects back (303). `POST /release/{order}` lets a held one be paid, without a callback.
- `POST /merchant_webapi/api/transaction` (`querydr`) says how an order ended, signed both ways.
- `GET /qr` is a page on which a QR text is pasted (`?text=`) and the transfer made;
  `POST /api/transfers` with `{"qr"}` or `{"bank", "account", "amount", "content"}` does it for
  scripts. `POST /api/statement` lists the transfers since a moment, each signed.
- `GET` and `POST /api/knobs` say how badly to behave: `lose`, `duplicate`, `corrupt` (the next n
  callbacks) and `delay` (seconds, every callback).
- `GET /` shows orders, transfers and what the platform answered.

The platform is told at `MOTCUA_URL` + `/api/payments/ipn`: a gateway callback by GET, a credit
notice by POST (a form), again and again until it answers 00, 01, 02 or 04. Both sides share the
secret `MOTCUA_BANK_SECRET`. State is kept in `bank.sqlite` in the folder `--home`.
"""
