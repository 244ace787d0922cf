"""The first run: an empty workspace says how to begin, the demo shop fills the pages, and one button takes all of it away again."""

import re

import pytest

import files
import service as services
from conftest import NAME, PASSWORD, Visitor


@pytest.fixture
def beginner(browser, tmp_path):
    """Whoever starts the service for the first time, over a workspace with nothing in it, and follows the link that it prints."""
    services.run("init", tmp_path / "w", "--time-zone", "Europe/Bucharest")
    running = services.Service(tmp_path / "w", None)
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(60_000)
    visitor = Visitor(context, running.address)
    visitor.page.goto(running.link)
    visitor.page.get_by_label("Name").fill(NAME)
    visitor.page.get_by_label("Password").fill(PASSWORD)
    visitor.page.get_by_role("button", name="Join").click()
    visitor.page.wait_for_url("**/overview")
    yield visitor
    context.close()
    assert running.stop() == 0, running.log.read_text()[-2000:]
    assert not visitor.problems, visitor.problems


def ways(page):
    """What an empty workspace offers."""
    return page.locator(".steps li h3").all_text_contents()


def number(page, name):
    shown = page.locator("article.card").filter(has=page.get_by_role("heading", name=name, exact=True)).locator(".value")
    return int(re.search(r"\d[\d,]*$", shown.inner_text().strip()).group().replace(",", ""))


def test_from_nothing_to_the_demo_shop_and_back(beginner):
    page = beginner.page
    assert ways(page) == ["Play the demo shop", "Import a file", "Connect a system"]
    assert page.locator("article.card").count() == 0, "where nothing is, no card says nothing"
    assert page.get_by_role("link", name="Import a file").get_attribute("href") == "/data#bring"
    page.get_by_role("button", name="Play the demo shop").click()
    page.wait_for_url("**/data/work")
    files.wait(page)
    page.get_by_role("link", name="See the overview of these days").click()
    assert not ways(page)
    assert number(page, "Conversations created") > 1_000
    assert page.locator("figure.chart").count() >= 4 and page.locator(".spark").count() >= 8
    demo = page.locator(".demo")
    assert "simulated shop" in demo.inner_text()
    demo.get_by_role("button", name="Delete the demo data").click()
    page.wait_for_url("**/data/work")
    files.wait(page)
    assert "Done." in page.locator("main").inner_text()
    beginner.go("/overview")
    assert len(ways(page)) == 3 and page.locator(".demo, article.card").count() == 0
