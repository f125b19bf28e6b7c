"""What the people of the demonstration come for, and what they answer.

Answers are given to the questions as they are written on the pages. A question that a register has
answered already is left as it is unless it is named here; one that is not on the page is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

TODAY = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
PROVINCE = "Tỉnh Lạng Sơn"
COMMUNE = "Xã Cai Kinh"
KEPT = "Bản điện tử, lưu trong Kho dữ liệu điện tử của tôi"


def place(detail: str = "") -> dict[str, str]:
    """An address in the home commune of the named citizens."""
    found = {"Tỉnh, thành phố": PROVINCE, "Xã, phường, đặc khu": COMMUNE}
    return found | ({"Số nhà, đường, thôn, tổ dân phố": detail} if detail else {})


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def ahead(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


@dataclass(frozen=True, slots=True)
class Story:
    """One person and one procedure. `groups` are lists of answers, one an entry; `papers` what is
    attached, by the words of its heading's beginning; `counter` that it is filed there."""

    procedure: str
    person: str
    name: str
    answers: dict[str, Any]
    groups: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    papers: dict[str, str] = field(default_factory=dict)
    counter: bool = False


STORIES = (
    Story(
        procedure="1.001612",
        person="020188900004",
        name="Vy Thị Mai",
        answers={
            "Ai nộp hồ sơ này?": "Chủ hộ kinh doanh",
            "Số điện thoại của chủ hộ": "0912345678",
            "Nơi ở hiện tại của chủ hộ có khác nơi thường trú không?": "Không",
            "Tên riêng của hộ kinh doanh": "Quán Phở Chua Mai Vy",
            "Trụ sở hộ kinh doanh": place("Thôn Đồng Mỏ"),
            "Có địa điểm kinh doanh khác ngoài trụ sở không?": "Không",
            "Có ngành, nghề đầu tư kinh doanh có điều kiện không?": "Không",
            "Hộ kinh doanh do ai thành lập?": "Một cá nhân",
            "Tổng số vốn kinh doanh": "50.000.000",
            "Tổng số lao động dự kiến": "2",
            "Nhận thông báo thuế tại trụ sở hộ kinh doanh?": "Có",
            "Tôi không thuộc đối tượng bị cấm thành lập hộ kinh doanh và không đồng thời là chủ"
            " một hộ kinh doanh khác, chủ doanh nghiệp tư nhân hoặc thành viên hợp danh của công"
            " ty hợp danh, trừ trường hợp pháp luật cho phép": True,
            "Bạn muốn nhận kết quả bằng cách nào?": KEPT,
        },
        groups={
            "Ngành, nghề": [
                {
                    "Tên ngành, nghề": "Nhà hàng và các dịch vụ ăn uống phục vụ lưu động",
                    "Mã ngành cấp bốn": "5610",
                    "Đây là ngành, nghề chính?": "Có",
                }
            ]
        },
    ),
    Story(
        procedure="1.001193",
        person="020094900001",
        name="Hoàng Văn Đức",
        answers={
            "Số điện thoại": "0912345671",
            "Bạn là gì của trẻ?": "Cha",
            "Họ, chữ đệm, tên của trẻ": "Hoàng Minh Châu",
            "Ngày sinh của trẻ": ago(5),
            "Giới tính của trẻ": "Nữ",
            "Dân tộc của trẻ": "Tày",
            "Quốc tịch của trẻ": "Việt Nam",
            "Quê quán của trẻ": place(),
            "Địa danh nơi sinh": place(),
            "Bạn có giấy tờ nào về việc sinh?": "Giấy chứng sinh bản giấy",
            "Số Giấy chứng sinh": "CS-2026-0417",
            "Có ghi thông tin về mẹ của trẻ không?": "Có",
            "Có ghi thông tin về cha của trẻ không?": "Có",
            "Cha, mẹ của trẻ đã đăng ký kết hôn chưa?": "Có",
            "Nơi đăng ký kết hôn": "Ủy ban nhân dân xã Cai Kinh",
            "Số bản sao Giấy khai sinh cần cấp": "2",
            "Bạn muốn nhận kết quả bằng cách nào?": KEPT,
        },
        papers={"Giấy chứng sinh": "giay-chung-sinh.pdf"},
    ),
    Story(
        procedure="1.013225",
        person="020085900005",
        name="Triệu Văn Sơn",
        answers={
            "Chủ đầu tư là ai?": "Cá nhân, hộ gia đình",
            "Số điện thoại": "0912345675",
            "Địa điểm xây dựng": place("Thôn Đồng Mỏ"),
            "Thửa đất số": "125",
            "Tờ bản đồ số": "14",
            "Diện tích lô đất": "180",
            "Bạn có giấy tờ nào về đất?": "Giấy chứng nhận quyền sử dụng đất",
            "Số Giấy chứng nhận": "CT 123456",
            "Ngày cấp Giấy chứng nhận": "2019-05-20",
            "Bạn xây dựng công trình nào?": "Nhà ở riêng lẻ",
            "Diện tích xây dựng": "90",
            "Tổng diện tích sàn": "180",
            "Chiều cao công trình": "8",
            "Số tầng nổi": "2",
            "Số tầng hầm": "0",
            "Có tầng lửng hoặc tum không?": "Không",
            "Ai lập thiết kế xây dựng?": "Hộ gia đình tự lập",
            "Công trình có phải thực hiện thủ tục về phòng cháy, chữa cháy đối với thiết kế"
            " không?": "Không",
            "Tôi cam kết bảo đảm an toàn đối với công trình liền kề": True,
            "Ngày dự kiến khởi công": ahead(60),
            "Thời gian dự kiến hoàn thành": "8",
            "Bạn muốn nhận kết quả bằng cách nào?": KEPT,
        },
        papers={
            "Một trong các giấy tờ hợp pháp về đất đai": "giay-chung-nhan.pdf",
            "Bộ bản vẽ thiết kế xây dựng": "ban-ve.pdf",
        },
    ),
    Story(
        procedure="1.004873",
        person="020301900006",
        name="Lý Thu Trang",
        answers={
            "Số điện thoại": "0912345676",
            "Bạn xin giấy cho ai?": "Cho chính tôi",
            "Tình trạng hôn nhân hiện tại": "Chưa đăng ký kết hôn với ai",
            "Từ khi đủ tuổi kết hôn, người được xác nhận có từng đăng ký thường trú ở nơi khác"
            " không?": "Không",
            "Bạn dùng giấy để làm gì?": "Vay vốn ngân hàng",
            "Số bản cần cấp": "1",
            "Đã từng được cấp Giấy xác nhận tình trạng hôn nhân chưa?": "Không",
            "Bạn muốn nhận kết quả bằng cách nào?": KEPT,
        },
    ),
    Story(
        procedure="2.000815",
        person="020059900007",
        name="Nguyễn Văn Hòa",
        counter=True,
        answers={
            "Số định danh cá nhân": "020059900007",
            "Họ và tên": "Nguyễn Văn Hòa",
            "Họ, chữ đệm, tên": "Nguyễn Văn Hòa",
            "Số điện thoại": "0912345677",
            "Bản chính do ai cấp?": "Cơ quan, tổ chức của Việt Nam",
            "Tên giấy tờ, văn bản": "Giấy chứng nhận quyền sử dụng đất",
            "Cơ quan, tổ chức cấp": "Sở Tài nguyên và Môi trường",
            "Ngày cấp giấy tờ": "2015-03-12",
            "Số trang của bản chính": "4",
            "Số bản sao cần chứng thực": "2",
            "Bạn có cần thêm bản sao điện tử được chứng thực không?": "Có",
            "Ngày bạn dự kiến đến": TODAY.isoformat(),
            "Bạn có mang sẵn bản chụp không?": "Không",
            "Bản chính không bị tẩy xóa, sửa chữa, hư hỏng, không đóng dấu mật và không ghi"
            " “không được sao chụp”": True,
        },
    ),
)


def scan(title: str) -> bytes:
    """A one-page PDF, as a phone would make it."""
    text = f"BT /F1 24 Tf 72 700 Td ({title}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in places:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer << /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
