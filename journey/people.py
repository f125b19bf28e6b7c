"""What citizens and officers do: sign in, file, pay, take in, handle, sign, give back, collect."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from journey import codes
from journey.browser import Browser, ChangedMeanwhile, Element, Page, PageError
from journey.stories import COMMUNE, Story, scan

STATUSES = {
    "Mới đăng ký": 1,
    "Được tiếp nhận": 2,
    "Không được tiếp nhận": 3,
    "Đang xử lý": 4,
    "Yêu cầu bổ sung giấy tờ": 5,
    "Yêu cầu thực hiện nghĩa vụ tài chính": 6,
    "Công dân yêu cầu rút hồ sơ": 7,
    "Dừng xử lý": 8,
    "Đã xử lý xong": 9,
    "Đã trả kết quả": 10,
}
NUMBER = re.compile(r"H\d\d(?:\.\d+)*-\d{6}-\d{4}")


@dataclass
class Steps:
    """How long each step took, as the person waits for it."""

    done: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.note(name, began)

    def note(self, name: str, began: float) -> None:
        """A step that began at `began` has been taken."""
        took = round(time.monotonic() - began, 3)
        self.done.append({"name": name, "seconds": took})
        print(f"    {took:7.3f} s  {name}", file=sys.stderr)


class Person:
    """Somebody with a browser and an eID. `door` is the link they take to sign in."""

    door = "Đăng nhập VNeID cá nhân"

    def __init__(self, url: str, id_number: str, who: str) -> None:
        self.id_number = id_number
        self.who = who
        self.browser = Browser(url, who)

    def sign_in(self, path: str) -> Page:
        """Ask for a page, be sent to the eID, sign in there, and be back."""
        page = self.browser.open(path)
        if page.link(self.door) is not None:
            page = self.browser.click(self.door)
        if page.question("Số định danh cá nhân (12 chữ số)") is None:
            raise PageError(f"{self.who}: no way to sign in at {page.url}: {page.text[:300]}")
        page.answer("Số định danh cá nhân (12 chữ số)", self.id_number)
        return self.browser.press("Đăng nhập và cho phép")

    def close(self) -> None:
        self.browser.close()


class Citizen(Person):
    """One who files and waits."""

    def file(self, story: Story, steps: Steps) -> str:
        """File the dossier online; its number."""
        browser = self.browser
        with steps.step("find"):
            browser.open(f"/thu-tuc/?q={story.procedure}")
            browser.open(f"/thu-tuc/{story.procedure}/")
        with steps.step("sign in"):
            self.sign_in(f"/thu-tuc/{story.procedure}/nop/")
        with steps.step("start"):
            self._choose_commune()
            browser.press("Bắt đầu")
        tasks = browser.page.url
        with steps.step("topics"):
            self._answer_topics(story)
        if story.papers:
            with steps.step("papers"):
                browser.open(tasks)
                # Nothing is asked for where a register holds what the papers say.
                if browser.page.link("Giấy tờ kèm theo") is not None:
                    browser.click("Giấy tờ kèm theo")
                    self._attach(story)
        with steps.step("check"):
            browser.open(tasks)
            if browser.page.link("Kiểm tra và nộp") is None:
                raise PageError(f"{self.who}: not ready to file: {browser.page.text}")
            browser.click("Kiểm tra và nộp")
            consent = (
                "Tôi cam đoan những điều khai trên là đúng và chịu trách nhiệm trước pháp luật."
            )
            browser.page.answer(consent, True)
        with steps.step("submit"):
            button = "Nộp hồ sơ" if browser.page.button("Nộp hồ sơ") is not None else "Đặt trước"
            browser.press(button)
        number = NUMBER.search(browser.page.text)
        if number is None:
            raise PageError(f"{self.who}: no number on {browser.page.url}")
        return number.group()

    def pay(self, number: str, steps: Steps) -> None:
        """Pay what is owed, on the bank's page, and come back."""
        browser = self.browser
        browser.open(f"/ho-so/{number}/da-nop/")
        if browser.page.link("Nộp phí ngay") is None:
            return
        with steps.step("pay"):
            browser.click("Nộp phí ngay")
            browser.press("Đến trang thanh toán")
            self._at_the_bank()
            browser.open(f"/ho-so/{number}/")
            browser.wait_for(lambda page: page.link("Nộp phí") is None, "the payment to be booked")

    def _at_the_bank(self) -> None:
        for text in ("Thanh toán", "Đồng ý thanh toán", "Xác nhận thanh toán"):
            if self.browser.page.button(text) is not None:
                self.browser.press(text)
                return
        raise PageError(f"{self.who}: no way to pay at {self.browser.page.url}")

    def _choose_commune(self) -> None:
        select = self.browser.page.question("Xã, phường giải quyết")
        if select is None:
            raise PageError(f"{self.who}: nothing to choose at {self.browser.page.url}")
        if select.value:
            return  # the commune where the person lives
        names = [" ".join(option.text_content().split()) for option in select.iter("option")]
        ours = [name for name in names if name.endswith(COMMUNE.split(" ", 1)[1])]
        if not ours:
            raise PageError(f"{self.who}: {COMMUNE} is not offered")
        self.browser.page.answer("Xã, phường giải quyết", ours[0])

    def _answer_topics(self, story: Story) -> None:
        browser = self.browser
        tasks = browser.page.url
        links = browser.page.tree.xpath("//ol[contains(@class,'tasks')]//a/@href")
        topic = next(link for link in links if "/muc/" in link)
        browser.open(topic)
        pressed = 0
        while "/muc/" in browser.page.url:
            here = browser.page.url
            fill(browser, story)
            browser.press("Lưu và tiếp tục")
            pressed = pressed + 1 if browser.page.url == here else 0
            if pressed > 4:
                raise PageError(f"{self.who}: {here} does not let go: {browser.page.text[:500]}")
        if browser.page.url != tasks:
            browser.open(tasks)

    def _attach(self, story: Story) -> None:
        for beginning, name in story.papers.items():
            page = self.browser.page
            for card in page.tree.xpath("//section[contains(@class,'card')]"):
                heading = card.find("h2")
                if heading is not None and heading.text_content().strip().startswith(beginning):
                    page.attach("Chọn tệp", name, scan(name), card)
                    self.browser.press("Tải lên", card)
                    break
            else:
                raise PageError(f"{self.who}: no paper {beginning!r} is asked for at {page.url}")

    def confirm_if_asked(self, number: str) -> bool:
        """Look at the draft of the result and agree, when that is what everybody waits for."""
        page = self.browser.open(f"/ho-so/{number}/")
        if page.link("Xem và xác nhận") is None:
            return False
        self.browser.click("Xem và xác nhận")
        self.browser.press("Đúng, đề nghị ký")
        return True

    def status(self, number: str) -> int:
        """The state of the dossier, by its code in the national list."""
        page = self.browser.open(f"/ho-so/{number}/")
        for tag in page.tree.xpath("//*[contains(@class,'tag')]"):
            words = " ".join(tag.text_content().split())
            for name, code in STATUSES.items():
                if words.endswith(name):
                    return code
        raise PageError(f"{self.who}: {page.url} shows no state")

    def result(self, number: str) -> bytes:
        """The signed result."""
        page = self.browser.open(f"/ho-so/{number}/")
        link = page.link("Tải kết quả đã ký số (PDF)")
        if link is None:
            raise PageError(f"{self.who}: there is no result at {page.url}")
        return self.browser.download(link)

    def rate(self, number: str) -> None:
        """Say how it was."""
        page = self.browser.open(f"/ho-so/{number}/")
        scores = page.tree.xpath("//input[@name='score']")
        if scores:
            scores[-1].set("checked", "checked")
            self.browser.press("Gửi đánh giá")


class Officer(Person):
    """One who works at a desk of the commune."""

    door = "Đăng nhập VNeID cán bộ"
    seed = ""
    """Of the one-time codes on this officer's telephone."""

    def act_on(self, number: str) -> str | None:
        """Do what the page of the dossier offers this officer; its name, or None for nothing."""
        page = self.browser.open(f"/mot-cua/ho-so/{number}/", allow=(403, 404))
        if page.status != 200:
            return None
        for card in page.tree.xpath("//section[starts-with(@aria-labelledby,'v-')]"):
            name = " ".join(card.find("h2").text_content().split())
            for action in (self._compare, self._take_in, self._give_back, self._sign, self._decide):
                try:
                    done: bool | None = action(card)
                except ChangedMeanwhile:
                    return None  # the officer is told to look again, and does
                if done is not None:
                    return name if done else None
        return None

    def file_at_counter(self, story: Story, steps: Steps) -> str:
        """File for the person at the counter; the number."""
        browser = self.browser
        with steps.step("submit"):
            browser.open(f"/mot-cua/quay/{story.procedure}/")
            for _round in range(4):
                fill(browser, story)
                browser.press("Lập hồ sơ", refusal_is_fine=_round < 3)
                number = NUMBER.search(browser.page.text)
                if number is not None and "/ho-so/" in browser.page.url:
                    return number.group()
        raise PageError(f"{self.who}: the counter does not file: {browser.page.text[:600]}")

    def _compare(self, card: Element) -> bool | None:
        page = self.browser.page
        if page.button("Ghi kết quả đối chiếu", card) is None or page.has("kết quả đối chiếu: "):
            return None
        if getattr(self, "compared", "") == page.url:
            return None
        self.compared = page.url
        page.attach("Bản chụp (PDF)", "ban-chinh.pdf", scan("ban chinh"), card)
        self.browser.press("Ghi kết quả đối chiếu", card)
        return True

    def _take_in(self, card: Element) -> bool | None:
        page = self.browser.page
        if page.button("Tiếp nhận", card) is None:
            return None
        if page.button("Thu tiền mặt tại quầy", card) is not None:
            self.browser.press("Thu tiền mặt tại quầy", card)
            return True
        self.browser.press("Tiếp nhận", card)
        return True

    def _give_back(self, card: Element) -> bool | None:
        page = self.browser.page
        if page.question("Trả cho ai, bằng cách nào", card) is None:
            return None
        if page.button("Trả kết quả", card) is None:
            return False  # it is still being signed
        page.answer("Trả cho ai, bằng cách nào", "Người nộp, bản điện tử", card)
        self.browser.press("Trả kết quả", card)
        return True

    def _sign(self, card: Element) -> bool | None:
        page = self.browser.page
        if page.button("Lập bản mang tên tôi", card) is not None:
            # Who has it drawn up in their own name waits for it and signs: a colleague who found it
            # in another's name meanwhile would have it drawn up again, and so on.
            self.browser.press("Lập bản mang tên tôi", card)
            self.browser.wait_for(
                lambda now: now.button("Phê duyệt và ký số") is not None,
                "the paper in their own name",
            )
            page, card = self.browser.page, self.browser.page.tree
        if page.button("Phê duyệt và ký số", card) is not None:
            self.browser.press("Phê duyệt và ký số", card)
            self._confirm_if_asked()
            return True
        return False if "Văn bản đang được lập" in card.text_content() else None

    def _confirm_if_asked(self) -> None:
        """Show the second factor when the page asks for it. A code counts once: after a refusal
        the telephone shows another one soon."""
        for _try in range(3):
            page = self.browser.page
            if page.question("Mã trên điện thoại") is None:
                return
            page.answer("Mã trên điện thoại", codes.code(self.seed))
            try:
                self.browser.press("Xác nhận")
            except PageError:
                if self.browser.page.question("Mã trên điện thoại") is None:
                    raise
                time.sleep(codes.until_the_next() + 0.5)
        raise PageError(f"{self.who}: no code is taken: {self.browser.page.text[:300]}")

    def _decide(self, card: Element) -> bool | None:
        page = self.browser.page
        outcomes = card.xpath(".//button[@name='outcome']")
        if not outcomes:
            return None
        page.answer("Thành phần tham gia", "Chủ đầu tư, công chức địa chính", card)
        page.answer("Biên bản", "Hiện trạng đúng với hồ sơ.", card)
        page.answer("Ghi chú, ý kiến xử lý", "Đã kiểm tra.", card)
        self.browser.submit(outcomes[0].xpath("ancestor::form")[0], outcomes[0])
        return True


def fill(browser: Browser, story: Story) -> None:
    """Answer what the page asks and the story knows."""
    for question, entries in story.groups.items():
        _fill_group(browser, question, entries)
    for question, value in story.answers.items():
        browser.page.answer(question, value)


def _fill_group(browser: Browser, question: str, entries: list[dict[str, Any]]) -> None:
    group = browser.page.question(question)
    if group is None:
        return
    while len(_lines(group)) < len(entries):
        add = group.xpath(".//button[@name='add']")
        if not add:
            raise PageError(f"{browser.who}: {question!r} takes no further entry")
        browser.submit(add[-1].xpath("ancestor::form")[0], add[-1], refusal_is_fine=True)
        group = browser.page.question(question)
        assert group is not None
    for line, entry in zip(_lines(group), entries, strict=False):
        for inner, value in entry.items():
            browser.page.answer(inner, value, line)


def _lines(group: Element) -> list[Element]:
    return list(group.xpath("./fieldset[contains(@class,'group-item')]"))


def work_off(
    number: str,
    officers: list[Officer],
    citizen: Citizen,
    steps: Steps,
    finished: Callable[[], bool],
    seconds: float = 90.0,
) -> None:
    """Officers and citizen each do what their page offers until `finished`. Nobody is told whose
    turn it is: the process says so on the pages."""
    deadline = time.monotonic() + seconds
    while not finished():
        acted = None
        for officer in officers:
            began = time.monotonic()
            if acted := officer.act_on(number):
                steps.note(f"{officer.who}: {acted}", began)
                break
        else:
            began = time.monotonic()
            if citizen.confirm_if_asked(number):
                acted = "confirm"
                steps.note("confirm", began)
        if acted is None:
            if time.monotonic() > deadline:
                raise PageError(f"{number}: nobody can do anything, and it is not finished")
            time.sleep(0.2)
