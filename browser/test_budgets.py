"""What a page may weigh. Bytes are counted packed, as they travel; a page that grows beyond is red before anybody waits for it."""

import gzip

import pytest

FIRST_VISIT, NEXT_PAGE = 60_000, 45_000
SCRIPT, STYLE = 14_000, 12_000
REQUESTS, NODES, SHIFT = 6, 4_000, 0.02
# In milliseconds, on a processor that is slowed down four times: the largest paint, what keeps the page from hearing its reader, and
# from a movement to the paint of what it moves.
PAINT, BLOCKED, ANSWERED = 1_000, 50, 100
SLOWED = 4
# A machine that does other things meanwhile only ever makes a page slower, so the best of some tries is nearest to what the page itself
# costs; a page that is too slow by itself is so in every try.
TRIES = 6
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


WATCH = """() => {
  window.seen = {paint: 0, blocked: 0, shift: 0, events: []};
  const watch = (type, take, more) => new PerformanceObserver(list => list.getEntries().forEach(take)).observe({type, buffered: true, ...more});
  watch('largest-contentful-paint', entry => { seen.paint = entry.startTime });
  watch('longtask', entry => { seen.blocked += Math.max(0, entry.duration - 50) });
  watch('layout-shift', entry => { if (!entry.hadRecentInput) seen.shift += entry.value });
  watch('event', entry => { if (['keydown', 'pointerdown'].includes(entry.name)) seen.events.push(entry.duration) }, {durationThreshold: 16});
}"""
# Movements have no event timing of their own: from the event to the first task after the frame in which it was painted.
MOVED = """() => { window.moves = []; addEventListener('pointermove', event => requestAnimationFrame(() => {
  const after = new MessageChannel();
  after.port1.onmessage = () => moves.push(performance.now() - event.timeStamp);
  after.port2.postMessage(null);
})) }"""


def slowed(visitor):
    """A page of the visitor on a slow processor, which tells what it has seen."""
    visitor.context.new_cdp_session(visitor.page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    visitor.page.add_init_script(f"({WATCH})()")
    return visitor.page


def test_a_slow_processor_paints_soon_hears_its_reader_and_holds_still(visit, heaviest):
    visitor = visit()
    page = slowed(visitor)
    tries = []
    for _ in range(TRIES):
        visitor.go(heaviest)
        page.wait_for_timeout(1_000)
        seen = page.evaluate("seen")
        # The binary of the tests is not optimised, and how soon it answers is measured elsewhere: here, what the browser needs from then.
        seen["paint"] -= page.evaluate("performance.getEntriesByType('navigation')[0].responseStart")
        tries.append({name: seen[name] for name in ("paint", "blocked", "shift")})
    best = {name: min(own[name] for own in tries) for name in tries[0]}
    assert all(own["paint"] > 0 for own in tries), f"nothing was measured: {tries}"
    assert best["paint"] <= PAINT, tries
    assert best["blocked"] <= BLOCKED, tries
    assert max(own["shift"] for own in tries) <= SHIFT, tries


def test_a_crosshair_keeps_up_on_a_slow_processor(visit, heaviest):
    visitor = visit(viewport={"width": 1280, "height": 1400})
    page = slowed(visitor)
    page.add_init_script(f"({MOVED})()")
    visitor.go(heaviest)
    marks = page.locator("figure.chart .marks").first
    marks.scroll_into_view_if_needed()
    box = marks.bounding_box()
    for step in range(TRIES * 3):
        page.mouse.move(box["x"] + box["width"] * (step + 1) / (TRIES * 3 + 1), box["y"] + 60)
        page.wait_for_timeout(60)
        assert page.locator(".tip").is_visible()
    moves = page.evaluate("moves")
    assert len(moves) >= TRIES and min(moves) <= ANSWERED, moves
    marks.focus()
    for _ in range(TRIES * 2):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(120)
    events = page.evaluate("seen.events")
    assert events and min(events) <= ANSWERED, events
    # Half of all tries may have met a machine that does other things, not more.
    assert sorted(moves)[len(moves) // 2] <= ANSWERED and sorted(events)[len(events) // 2] <= ANSWERED, (moves, events)
