"""The live page: it follows what arrives without being loaded again, pauses, and comes back after the service has."""

import datetime
import json
import re
import urllib.request

import pytest

import service as services
from conftest import LOCALES, Visitor

# How long is waited for a number: the stream sends once a second, and a browser tries to come back after three.
PATIENCE = 30_000
CREATED = "Conversations created"


class Shop:
    """A service of its own over a small play, around noon, whom events are sent to and which can be ended and begun again."""

    def __init__(self, folder):
        self.workspace = folder / "w"
        end = services.play(self.workspace, conversations=300, days=20)
        # A play ends at midnight, when nothing of the day has come yet.
        noon = datetime.datetime.fromisoformat(end.replace("Z", "+00:00")) - datetime.timedelta(hours=10)
        self.now = noon.strftime("%Y-%m-%dT%H:%M:%SZ")
        self.token = services.run("--workspace", self.workspace, "token", "add", "shop", "--scope", "ingest")[0].strip()
        self.sent, self.listen = 0, "127.0.0.1:0"
        self.start()

    def start(self):
        """Begins to serve, where it served before if it did."""
        self.running = services.Service(self.workspace, self.now, "--no-sign-in", listen=self.listen)
        self.listen = self.running.address.removeprefix("http://")

    def open(self, count=1):
        """Conversations begin."""
        numbers = range(self.sent, self.sent + count)
        self.sent += count
        event = {"type": "opened", "at": self.now, "actor_kind": "customer", "actor": "c9", "channel": "chat"}
        lines = [json.dumps(event | {"id": f"live{number}", "conversation": f"live:{number}"}) for number in numbers]
        headers = {"Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(f"{self.running.address}/v1/events", "\n".join(lines).encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert json.load(answer)["accepted"] == count


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    made = Shop(tmp_path_factory.mktemp("live"))
    yield made
    assert made.running.stop() == 0, made.running.log.read_text()[-2000:]


@pytest.fixture
def viewer(browser, shop):
    """A reader of the live page, whose page must never be loaded again."""
    context = browser.new_context(locale=LOCALES["en"])
    context.set_default_timeout(60_000)
    visitor = Visitor(context, shop.running.address)
    visitor.go("/live")
    visitor.page.get_by_text("Follows what arrives").wait_for()
    visitor.page.evaluate("window.stays = true")
    yield visitor
    assert visitor.page.evaluate("window.stays"), "the page was loaded again"
    context.close()


def card(page):
    return page.locator("article.card").filter(has=page.get_by_role("heading", name=CREATED, exact=True)).locator(".value")


def number(page):
    """How many conversations the page says were created today."""
    return int(re.search(r"\d[\d,]*$", card(page).inner_text().strip()).group().replace(",", ""))


def becomes(page, wanted):
    """Waits until the page says so."""
    card(page).get_by_text(re.compile(rf"(^|\D){wanted:,}$")).wait_for(timeout=PATIENCE)


def test_a_number_follows_an_event_without_loading_the_page(shop, viewer):
    page = viewer.page
    before = number(page)
    # Who reads the numbers behind the picture goes on reading them.
    summary = page.locator("#live summary").first
    summary.click()
    shop.open()
    becomes(page, before + 1)
    assert summary.evaluate("e => e === document.activeElement && e.parentElement.open"), "the place of reading is kept"
    said = page.locator("#live-said[role=status]")
    assert f"{CREATED}: {before + 1:,}" in said.inner_text(), "what has changed is told, politely"
    shop.open()
    becomes(page, before + 2)
    assert f"{before + 1:,}" in said.inner_text(), "and no more often than every half minute"
    assert not viewer.problems, viewer.problems


def test_what_is_behind_a_number_of_now_is_listed(shop, viewer):
    page = viewer.page
    shop.open(3)
    wanted = number(page)
    link = card(page).get_by_role("link").get_attribute("href")
    other = viewer.context.new_page()
    other.goto(shop.running.address + link)
    # What arrived between both looks is in the list already.
    listed = int(re.search(r"\d[\d,]*", other.locator(".count").inner_text()).group().replace(",", ""))
    becomes(page, listed)
    assert wanted <= listed


def test_a_pause_stops_it_and_its_end_catches_up(shop, viewer):
    page = viewer.page
    pause = page.get_by_role("button", name="Pause updates")
    pause.click()
    assert pause.get_attribute("aria-pressed") == "true"
    page.get_by_text("Paused").wait_for()
    before = number(page)
    shop.open()
    page.wait_for_timeout(4_000)
    assert number(page) == before, "a page that is paused stands still"
    pause.click()
    becomes(page, before + 1)


def test_it_comes_back_after_the_service_has(shop, viewer):
    page = viewer.page
    before = number(page)
    shop.open()
    becomes(page, before + 1)
    shop.running.kill()
    page.get_by_text("The connection is lost").wait_for(timeout=PATIENCE)
    assert number(page) == before + 1, "what was shown still is"
    shop.start()
    page.get_by_text("Follows what arrives").wait_for(timeout=PATIENCE)
    shop.open()
    becomes(page, before + 2)


def test_a_wall_shows_the_numbers_alone_and_follows_too(shop, viewer):
    page = viewer.page
    size = "parseFloat(getComputedStyle(document.querySelector('.value')).fontSize)"
    usual = page.evaluate(size)
    other = viewer.context.new_page()
    other.set_viewport_size({"width": 1920, "height": 1080})
    other.goto(f"{shop.running.address}/live?tv=1")
    assert other.evaluate(size) >= 2 * usual
    for hidden in ("navigation", "search", "contentinfo"):
        assert not other.get_by_role(hidden).count(), hidden
    before = number(other)
    shop.open()
    becomes(other, before + 1)
    other.get_by_role("link", name="Leave the wall display").click()
    assert other.get_by_role("navigation", name="Pages").is_visible()
