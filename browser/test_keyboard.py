"""Without a mouse: everything is reached by the tabulator in the order of reading, is seen where it is, and works by keys."""

import pytest

# Where the focus is, and whether one can see it: an outline, inside the window, with nothing lying over it.
FOCUS = """() => {
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  const [x, y] = [Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1), Math.min(Math.max(box.y + Math.min(box.height, 40) / 2, 0), innerHeight - 1)];
  const over = document.elementFromPoint(x, y);
  return {
    name: `${e.tagName} ${e.className.baseVal ?? e.className} ${(e.getAttribute('aria-label') ?? e.textContent).trim().slice(0, 40)}`,
    body: e === document.body,
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 1,
    covered: over !== null && !(e === over || e.contains(over) || over.contains(e) || [...(e.labels ?? [])].some(l => l.contains(over))),
    place: [...document.querySelectorAll('*')].indexOf(e),
  };
}"""
MOST = 400


def stops(page):
    """Where the tabulator stops, once around the page."""
    found = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["body"] or (found and focus["place"] == found[0]["place"]):
            return found
        found.append(focus)
    raise AssertionError(f"{MOST} stops do not lead around the page")


@pytest.mark.parametrize("path", ["/overview?r=7d", "/tickets?metric=sla_compliance", "/settings/people", "/definitions/csat"])
@pytest.mark.parametrize("width", [1280, 360])
def test_every_stop_is_seen_and_in_the_order_of_reading(visit, path, width):
    visitor = visit(viewport={"width": width, "height": 800})
    visitor.go(path)
    found = stops(visitor.page)
    assert len(found) > 15, found
    for fault, bad in [("has no outline", lambda own: not own["outlined"]), ("is out of sight", lambda own: not own["inside"]), ("is covered", lambda own: own["covered"])]:
        assert not [own["name"] for own in found if bad(own)], fault
    places = [own["place"] for own in found]
    assert places == sorted(places)


def test_the_first_stop_skips_to_the_content(visit):
    visitor = visit()
    page = visitor.page
    visitor.go("/overview")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    assert skip.evaluate("e => e === document.activeElement") and skip.bounding_box()["height"] > 20
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def to(page, locator):
    """Goes on by the tabulator until something has the focus."""
    for _ in range(MOST):
        if locator.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the tabulator does not reach {locator}")


def test_a_filter_is_set_by_keys(visit):
    visitor = visit()
    page = visitor.page
    visitor.go("/overview")
    form = page.get_by_role("form", name="Filters")
    summary = form.locator("summary", has_text="channel")
    to(page, summary)
    page.keyboard.press("Enter")
    email = form.get_by_label("email", exact=True)
    to(page, email)
    page.keyboard.press("Space")
    assert email.is_checked()
    to(page, form.get_by_role("button", name="Apply"))
    page.keyboard.press("Enter")
    page.wait_for_url("**f.channel=email**")


def test_from_a_number_to_a_timeline_by_keys(visit):
    visitor = visit()
    page = visitor.page
    visitor.go("/overview?r=7d")
    to(page, page.locator("article.card .value a").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets?**")
    to(page, page.locator("tbody th a").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/conversations/**")
    assert page.locator(".timeline li").count() >= 2


def test_numbers_behind_a_picture_are_opened_by_keys(visit):
    visitor = visit()
    page = visitor.page
    visitor.go("/overview")
    figure = page.locator("figure.chart").first
    to(page, figure.locator("summary"))
    page.keyboard.press("Enter")
    assert figure.locator("table").is_visible()
    page.keyboard.press("Tab")
    assert figure.locator(".scroll").evaluate("e => e === document.activeElement"), "a wide table can be scrolled by keys"


def test_a_picture_is_read_by_keys(visit):
    visitor = visit()
    page = visitor.page
    visitor.go("/overview")
    figure = page.locator("figure.chart").first
    to(page, figure.locator(".marks"))
    page.keyboard.press("End")
    rows = figure.locator("tbody tr")
    for key, row in [(None, rows.last), ("ArrowLeft", rows.nth(-2)), ("Home", rows.first), ("ArrowRight", rows.nth(1))]:
        if key:
            page.keyboard.press(key)
        cells = row.locator("th, td").all_text_contents()
        said = page.locator("body > [role=status]").inner_text()
        assert said.startswith(cells[0]) and all(cell in said for cell in cells), (cells, said)
        assert cells[0] in page.locator(".tip").inner_text()
    page.keyboard.press("Escape")
    assert not page.locator(".tip").is_visible() and page.locator(".cross").count() == 0


def test_enter_leads_from_a_picture_to_the_rows_of_the_day(visit):
    visitor = visit()
    page = visitor.page
    visitor.go("/volume")
    marks = page.locator("figure.chart .marks").first
    to(page, marks)
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets?**metric=conversations_created**")
    page.go_back()
    marks = page.locator("figure.heat .marks")
    marks.focus()
    for key in ("Home", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    cells = page.locator("figure.heat tbody tr").first.locator("th, td").all_text_contents()
    assert page.locator("body > [role=status]").inner_text() == f"{cells[0]}, Tue {cells[2]}"


def test_on_a_small_screen_the_pages_are_behind_a_button(visit):
    visitor = visit(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = visitor.page
    visitor.go("/overview")
    pages = page.get_by_role("navigation", name="Pages")
    assert not pages.is_visible()
    to(page, page.get_by_role("button", name="Pages"))
    page.keyboard.press("Enter")
    assert pages.is_visible()
    page.keyboard.press("Escape")
    assert not pages.is_visible()
    page.keyboard.press("Enter")
    to(page, pages.get_by_role("link", name="Volume"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/volume?**")
