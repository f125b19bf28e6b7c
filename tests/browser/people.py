"""Citizens and officers with a real browser. They find things by the words on the page, as people
do, and every page they come to is judged."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from journey import codes
from journey.stories import Story, scan
from tests.browser import pictures
from tests.browser.judging import Judge

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

NUMBER = re.compile(r"H\d\d(?:\.\d+)*-\d{6}-\d{4}")
PATIENCE = 30.0  # seconds for work that the house does by itself

_QUESTIONS = """() => {
  const words = e => {
    const copy = e.cloneNode(true);
    copy.querySelectorAll('.optional, .unit, .visually-hidden').forEach(part => part.remove());
    return copy.textContent.replace(/\\s+/g, ' ').trim();
  };
  return [...document.querySelectorAll('main label[for]')].map(label => {
    const control = document.getElementById(label.htmlFor), legends = [];
    for (let up = label.closest('fieldset'); up; up = up.parentElement.closest('fieldset'))
      legends.push(words(up.querySelector('legend')));
    return {text: words(label), id: label.htmlFor, legends, tag: control && control.tagName,
            type: control && control.type, there: !!control && control.checkVisibility()};
  }).filter(question => question.there);
}"""


class Visitor:
    """One person with one window of one width."""

    def __init__(self, browser: Browser, url: str, judge: Judge, width: int) -> None:
        self.url, self.judge, self.width = url, judge, width
        self.context = browser.new_context(
            viewport={"width": width, "height": 800},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.broken: list[str] = []
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))
        self.page.on("console", self._console)

    def _console(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.broken.append(f"{self.page.url}: {message.text}")

    def close(self) -> None:
        self.context.close()
        assert self.broken == []

    # -- moving about ------------------------------------------------------------------------

    def open(self, path: str) -> None:
        """Go to an address of the house."""
        address = path if path.startswith("http") else self.url + path
        try:
            self.page.goto(address)
        except Exception as error:
            # The page we leave was loading itself again this very moment, as waiting pages do.
            if "ERR_ABORTED" not in str(error):
                raise
            self.page.goto(address)
        self.judge.look(self.page)

    def click(self, words: str, within: Locator | None = None) -> None:
        """Follow the link with these words."""
        self._act(lambda: self._in(within).get_by_role("link", name=words).first.click())

    def press(self, words: str, within: Locator | None = None) -> None:
        """Press the button with these words."""
        scope = self._in(within)
        self._act(lambda: scope.get_by_role("button", name=words, exact=True).last.click())

    def has(self, words: str) -> bool:
        return words in self.text

    @property
    def text(self) -> str:
        return " ".join(self.page.inner_text("body").split())

    def complaint(self) -> str:
        """What the page says is wrong."""
        return " ".join(self.page.get_by_role("alert").all_inner_texts())

    def picture(self, name: str) -> None:
        """Keep a picture of the window when `MOTCUA_PICTURES` names a folder."""
        if folder := os.environ.get("MOTCUA_PICTURES"):
            self.page.evaluate("scrollTo(0, 0)")
            pictures.keep(self.page.screenshot(), Path(folder) / f"{name}-{self.width}.png")

    def _in(self, within: Locator | None) -> Any:
        return self.page if within is None else within

    def _act(self, act: Callable[[], Any]) -> None:
        with self.page.expect_navigation():
            act()
        self.judge.look(self.page)

    # -- answering ---------------------------------------------------------------------------

    def questions(self) -> list[dict[str, Any]]:
        """What the page asks and shows, each with the legends around it, the nearest first."""
        found: list[dict[str, Any]] = self.page.evaluate(_QUESTIONS)
        return found

    def answer(self, question: str, value: Any, line: str = "") -> None:
        """Answer a question, when it is asked. `line` is the legend of the line of a group."""
        for asked in self.questions():
            if line and line not in asked["legends"]:
                continue
            self._answer_one(asked, question, value)

    def _answer_one(self, asked: dict[str, Any], question: str, value: Any) -> None:
        control = self.page.locator(f"[id='{asked['id']}']")
        nearest = asked["legends"][0] if asked["legends"] else ""
        if isinstance(value, dict):
            if nearest == question and asked["text"] in value:
                self._set(asked, control, value[asked["text"]])
        elif asked["type"] == "checkbox" and nearest == question:
            control.set_checked(asked["text"] in value)
        elif asked["type"] == "radio" and nearest == question:
            if asked["text"] == value:
                control.check()
        elif nearest == question and asked["text"] in ("Ngày", "Tháng", "Năm"):
            year, month, day = value.split("-")
            control.fill({"Ngày": day, "Tháng": month, "Năm": year}[asked["text"]])
        elif asked["text"] == question:
            self._set(asked, control, value)

    def _set(self, asked: dict[str, Any], control: Locator, value: Any) -> None:
        if asked["type"] == "checkbox":
            control.set_checked(bool(value))
        elif asked["tag"] == "SELECT":
            control.select_option(label=value)
        elif asked["type"] not in ("radio", "file"):
            control.fill(str(value))

    def fill(self, story: Story) -> None:
        """Answer what the page asks and the story knows."""
        for question, entries in story.groups.items():
            group = self.page.get_by_role("group", name=question).first
            if not group.count():
                continue
            lines = group.locator("> fieldset.group-item")
            while lines.count() < len(entries):
                with self.page.expect_navigation():
                    group.locator("button[name=add]").last.click()
            for n, entry in enumerate(entries):
                legend = lines.nth(n).locator("> legend").inner_text()
                for inner, value in entry.items():
                    self.answer(inner, value, legend)
        asked = {a["text"] for a in self.questions()}
        asked |= {legend for a in self.questions() for legend in a["legends"]}
        for question, value in story.answers.items():
            if question in asked:
                self.answer(question, value)

    # -- signing in --------------------------------------------------------------------------

    def sign_in(self, path: str, id_number: str, door: str) -> None:
        """Ask for a page, be sent to the eID, sign in there, and be back."""
        self.open(path)
        self.click(door)
        self._at_the_eid(id_number)

    def _at_the_eid(self, id_number: str) -> None:
        self.page.get_by_label("Số định danh cá nhân (12 chữ số)").fill(id_number)
        self.press("Đăng nhập và cho phép")


class Citizen(Visitor):
    """One who files and waits. `door` is the link they take to sign in."""

    door = "Đăng nhập VNeID cá nhân"

    def come(self, story: Story) -> None:
        """From the search to the start page, signed in."""
        self.open("/")
        self.page.get_by_label("Gõ việc bạn cần làm").fill(story.procedure)
        self.press("Tìm thủ tục")
        self.page.locator("main li a").first.click()
        self.page.wait_for_url(f"**/{story.procedure}/")
        self.judge.look(self.page)
        self.page.locator(f"main a[href$='/{story.procedure}/nop/']").click()
        self.page.wait_for_url("**/dang-nhap/**")
        self.judge.look(self.page)
        self.click(self.door)
        self._at_the_eid(story.person)

    def file(self, story: Story) -> str:
        """File the dossier online; its number."""
        self.press("Bắt đầu")
        tasks = self.page.url
        self.answer_all(story)
        # Nothing is asked for where a register holds what the papers say.
        asked = self.page.get_by_role("link", name="Giấy tờ kèm theo").count()
        if story.papers and asked:
            self.click("Giấy tờ kèm theo")
            for beginning, name in story.papers.items():
                self._attach(beginning, name)
        self.open(tasks)
        self.click("Kiểm tra và nộp")
        self.page.get_by_label("Tôi cam đoan").check()
        self.press("Nộp hồ sơ")
        found = NUMBER.search(self.text)
        assert found is not None, self.text
        return found.group()

    def answer_all(self, story: Story) -> None:
        """Answer every page of questions of a new draft, from its list of tasks on."""
        self.page.locator("ol.tasks a[href*='/muc/']").first.click()
        self.page.wait_for_url("**/muc/**")
        pressed = 0
        while "/muc/" in self.page.url:
            here = self.page.url
            self.judge.look(self.page)
            self.fill(story)
            self.press("Lưu và tiếp tục")
            pressed = pressed + 1 if self.page.url == here else 0
            assert pressed < 5, f"{here}: {self.complaint()}"

    def _attach(self, beginning: str, name: str) -> None:
        card = self.page.locator("main section.card").filter(
            has=self.page.get_by_role("heading", name=beginning)
        )
        card.locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": "application/pdf", "buffer": scan(name)}
        )
        self.press("Tải lên", card)

    def pay(self) -> None:
        """Pay on the bank's page, and come back to the dossier."""
        self.click("Nộp phí ngay")
        self.press("Đến trang thanh toán")
        self.press("Thanh toán")
        self.page.wait_for_url("**/thanh-toan/ket-qua/**")
        self.until(lambda: self.has("Đã nhận"))

    def confirm_if_asked(self, number: str) -> bool:
        """Look at the draft of the result and agree, when that is what everybody waits for."""
        self.open(f"/ho-so/{number}/")
        if not self.has("Xem và xác nhận"):
            return False
        self.click("Xem và xác nhận")
        self.press("Đúng, đề nghị ký")
        return True

    def until(self, condition: Callable[[], bool]) -> None:
        """Load the page again until the house has done its part."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, self.text
            self.page.wait_for_timeout(200)
            self.page.reload()
        self.judge.look(self.page)


class Officer(Visitor):
    """One who works at a desk of the commune. `seed` is that of the codes on their telephone."""

    seed = ""

    def act_on(self, number: str) -> bool:
        """Do what the page of the dossier offers this officer; False when it offers nothing."""
        self.open(f"/mot-cua/ho-so/{number}/")
        cards = self.page.locator("main section.card[aria-labelledby^='v-']")
        return any(self._act_in(cards.nth(n)) for n in range(cards.count()))

    def _act_in(self, card: Locator) -> bool:
        for words in (
            "Ghi kết quả đối chiếu",
            "Thu tiền mặt tại quầy",
            "Tiếp nhận",
            "Lập bản mang tên tôi",
            "Phê duyệt và ký số",
            "Trả kết quả",
        ):
            button = card.get_by_role("button", name=words, exact=True)
            if not button.count() or not button.first.is_enabled():
                continue
            if words == "Ghi kết quả đối chiếu":
                if self.has("Đã ghi kết quả đối chiếu") or self.has("số hóa tại quầy"):
                    continue
                card.get_by_label("Bản chụp (PDF)").set_input_files(
                    {"name": "ban-chinh.pdf", "mimeType": "application/pdf", "buffer": scan("x")}
                )
            if words == "Trả kết quả":
                card.get_by_label("Trả cho ai, bằng cách nào").fill("Người nộp, bản điện tử")
            self.press(words, card)
            self.confirm_if_asked()
            return True
        outcomes = card.locator("button[name=outcome]")
        approving = "Phê duyệt" in card.inner_text() or "đang được lập" in card.inner_text()
        if not outcomes.count() or approving:
            return False
        for label, words in (
            ("Thành phần tham gia", "Chủ đầu tư, công chức địa chính"),
            ("Biên bản", "Hiện trạng đúng với hồ sơ."),
            ("Ghi chú, ý kiến xử lý", "Đã kiểm tra."),
        ):
            if card.get_by_label(label).count():
                card.get_by_label(label).fill(words)
        self._act(outcomes.first.click)
        return True

    def confirm_if_asked(self) -> None:
        """Show the second factor when the page asks for it. A code counts once: after a refusal
        the telephone shows another one soon."""
        for _try in range(3):
            if not self.has("Xác nhận đúng là bạn"):
                return
            self.page.get_by_label("Mã trên điện thoại").fill(codes.code(self.seed))
            self.press("Xác nhận")
            if "Mã không đúng" in self.complaint():
                self.page.wait_for_timeout(1_000 * codes.until_the_next() + 500)
        raise AssertionError(self.text)


def finish(number: str, officers: list[Officer], citizen: Citizen) -> None:
    """Officers and citizen each do what their page offers until the result is in hand. Nobody is
    told whose turn it is: the pages say so."""
    deadline = time.monotonic() + 2 * PATIENCE
    asked = list(officers)
    while True:
        acted = next((officer for officer in asked if officer.act_on(number)), None)
        if acted is not None:
            asked.remove(acted)
            asked.insert(0, acted)  # who has just done something often does the next thing too
            continue
        confirmed = citizen.confirm_if_asked(number)
        if citizen.has("Đã trả kết quả"):
            return
        assert confirmed or time.monotonic() < deadline, f"{number}: {citizen.text}"
        citizen.page.wait_for_timeout(0 if confirmed else 200)
