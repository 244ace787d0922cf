"""What a page may weigh. Bytes are counted packed, as they travel; a page that grows beyond is red before anybody waits for it."""

import gzip

import pytest

FIRST_VISIT, NEXT_PAGE = 60_000, 45_000
SCRIPT, STYLE = 14_000, 12_000
REQUESTS, NODES, SHIFT = 6, 4_000, 0.02
SHIFTS = """new PerformanceObserver(list => { for (const e of list.getEntries()) window.shifted = (window.shifted ?? 0) + e.value })
  .observe({type: 'layout-shift', buffered: true})"""


def weight(answers, kind=None):
    """The packed bytes of what has been loaded; an asset that the browser has kept weighs nothing."""
    own = [answer for answer in answers if kind in (None, answer.request.resource_type) and not answer.from_service_worker]
    return sum(len(gzip.compress(answer.body(), 6)) for answer in own if answer.status == 200 and answer.url.startswith("http"))


@pytest.fixture(scope="module")
def heaviest():
    """The page with most on it: a month, all channels."""
    return "/overview?r=30d"


def test_the_first_visit_and_the_next_page_are_light(visit, heaviest):
    visitor = visit()
    visitor.go(heaviest)
    first = [answer for answer in visitor.answers if answer.url.startswith("http")]
    assert len(first) <= REQUESTS, [answer.url for answer in first]
    assert weight(first) <= FIRST_VISIT, weight(first)
    assert weight(first, "script") <= SCRIPT and weight(first, "stylesheet") <= STYLE
    for path in ("/speed", "/quality", "/tickets", "/definitions", "/definitions/first_response_time", "/settings/people"):
        visitor.answers.clear()
        visitor.go(path)
        assert weight(visitor.answers, "document") <= NEXT_PAGE, f"{path}: {weight(visitor.answers, 'document')}"


def test_assets_are_kept_by_browsers(visit, heaviest):
    visitor = visit()
    visitor.go(heaviest)
    assets = [answer for answer in visitor.answers if "/assets/" in answer.url]
    assert assets and all("immutable" in answer.headers["cache-control"] for answer in assets)


def test_a_page_is_small_enough_and_stands_still(visit, heaviest):
    visitor = visit()
    visitor.page.add_init_script(SHIFTS)
    visitor.go(heaviest)
    visitor.page.wait_for_timeout(300)
    nodes = visitor.page.evaluate("document.querySelectorAll('*').length")
    assert nodes <= NODES, nodes
    assert visitor.page.evaluate("window.shifted ?? 0") <= SHIFT
