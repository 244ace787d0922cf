"""Every page as people with eyes, without eyes and with small screens meet it: in both themes, at three widths, in four languages."""

import itertools
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from conftest import LOCALES
from pairs import all_pairs
from views import STATES, names

THEMES, WIDTHS = ["light", "dark"], [1280, 768, 360]
# Rules that are asked for by name, since they are off by themselves.
RULES = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
# What sticks out of the page, in words; a box that scrolls by itself may be wider inside.
OVERFLOW = """() => {
  const width = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth > width) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
  const scrolls = e => e && (/auto|scroll|hidden/.test(getComputedStyle(e).overflowX) ? e : scrolls(e.parentElement));
  for (const e of document.querySelectorAll('main *, nav *, .bar *, footer *')) {
    const box = e.getBoundingClientRect();
    if (box.width && box.right > width + 1 && !scrolls(e)) found.push(`${e.tagName} .${e.className.baseVal ?? e.className} ends at ${box.right}: ${e.textContent.slice(0, 40)}`);
  }
  return found.slice(0, 5);
}"""
# Text that is cut off by its own box; what is for the ear only has no box to speak of.
CUT = """() => [...document.querySelectorAll('body *')].filter(e => {
  const style = getComputedStyle(e);
  return /hidden|clip/.test(style.overflowX) && e.scrollWidth > e.clientWidth + 1 && !e.closest('.unseen, .skip, svg') && e.innerText;
}).map(e => `${e.tagName} .${e.className}: ${e.textContent.slice(0, 40)}`)"""
# Words of English one after the other, outside of what says which language it is, is code, or is a name that people gave.
ENGLISH = """() => {
  const rest = document.body.cloneNode(true);
  rest.querySelectorAll('[lang], code, pre, script, .brand, .keeping .plain, td, th').forEach(e => e.remove());
  return rest.textContent.match(/[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}[^\\n]{0,40}/g);
}"""
# As much room between letters, words and lines as readers may ask for.
SPACING = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }"


def rows(full):
    """What is looked at, how. States are looked at twice, in each theme once; every page in all pairs, or in all ways."""
    pages = [name for name in names() if name not in STATES]
    ways = itertools.product if full else all_pairs
    languages = itertools.cycle(LOCALES)
    states = [(name, theme, width, next(languages)) for name in STATES for theme, width in zip(THEMES, (360, 1280))]
    return [*ways(pages, THEMES, WIDTHS, list(LOCALES)), *states]


def pytest_generate_tests(metafunc):
    if "width" in metafunc.fixturenames:
        metafunc.parametrize("name,theme,width,language", rows(metafunc.config.getoption("full")))


def told(violations):
    """What axe found, as somebody can mend it."""
    parts = ((own["id"], own["help"], node) for own in violations for node in own["nodes"][:3])
    return "\n".join(f"{id}: {help}\n  {node['html'][:200]}\n  {node['failureSummary']}" for id, help, node in parts)


def test_a_page_is_open_to_all(visit, walk, name, theme, width, language):
    visitor = visit(language=language, color_scheme=theme, viewport={"width": width, "height": 900})
    answer = visitor.go(walk.address_of(name))
    assert answer.status == (404 if name.startswith("no such") else 200)
    page = visitor.page
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1 and page.title().strip()
    found = Axe().run(page, options=RULES).response["violations"]
    assert not found, told(found)
    assert not page.evaluate(OVERFLOW)
    assert not page.evaluate(CUT)


def test_what_is_english_in_another_language_says_so(visit, walk):
    """The prose of the catalogue is English for now; who hears a page must not hear it read as another language."""
    for language in ("ru", "zh-Hant"):
        visitor = visit(language=language)
        for path in ("/definitions", "/definitions/first_response_time", "/definitions/iqs", "/overview", "/settings"):
            visitor.go(path)
            found = visitor.page.evaluate(ENGLISH)
            assert not found, f"{path} in {language}: {found}"


@pytest.mark.parametrize("theme", THEMES)
def test_the_ways_in_are_open_to_all(visit, service, theme):
    guarded = service.guarded.removeprefix(service.address)
    ways = [("/sign-in", "ru"), ("/join?key=used", "ro"), ("/sign-in?lang=zh-Hant", "zh-Hant"), (guarded, "ru"), (guarded, "zh-Hant")]
    for path, language in ways:
        visitor = visit(signed_in=False, language=language, color_scheme=theme, viewport={"width": 360, "height": 700})
        visitor.go(path)
        found = Axe().run(visitor.page, options=RULES).response["violations"]
        assert not found, f"{path}: {told(found)}"
        assert not visitor.page.evaluate(OVERFLOW)


def test_pages_flow_anew_on_the_smallest_screen_and_with_much_space(visit, walk):
    visitor = visit(language="ru", bypass_csp=True, viewport={"width": 320, "height": 640})
    found = []
    for name in names():
        visitor.go(walk.address_of(name))
        found += [f"{name} at 320 px: {own}" for own in visitor.page.evaluate(OVERFLOW)]
        visitor.page.add_style_tag(content=SPACING)
        found += [f"{name} spaced out: {own}" for own in visitor.page.evaluate(OVERFLOW) + visitor.page.evaluate(CUT)]
    assert not found, "\n".join(found)


def test_a_page_prints_on_few_sheets(visit):
    visitor = visit()
    visitor.go("/overview")
    sheets = len(re.findall(rb"/Type\s*/Page\b(?!s)", visitor.page.pdf(prefer_css_page_size=True)))
    assert 1 <= sheets <= 8, f"{sheets} sheets"
