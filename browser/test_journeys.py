"""The ways that people go, with and without scripts: from a number to a conversation, by filters, through languages, in and out."""

import csv
import io
import re

import pytest

import files
from conftest import NAME, PASSWORD, share
from service import Answer


def count(text):
    """The first number of a text, without its commas."""
    return int(re.search(r"\d[\d,]*", text).group().replace(",", ""))


def card(page, name):
    return page.locator("article.card").filter(has=page.get_by_role("heading", name=name))


@pytest.mark.parametrize("name", ["Conversations created", "First response time", "SLA compliance"])
def test_from_a_number_to_the_clock_of_one_conversation(either, name):
    visitor = either()
    page = visitor.page
    visitor.go("/overview?f.channel=email,chat")
    own = card(page, name)
    told = re.search(r"\bn\s([\d,]+)", own.inner_text())
    expected = count(told.group(1))
    own.locator(".value a").click()
    assert count(visitor.text(".count")) == expected
    assert "f.channel=email,chat" in page.url, "the filter stays on the way"
    first = page.locator("tbody th a").first
    conversation = first.inner_text()
    first.click()
    assert page.locator("h1").inner_text() == f"Conversation {conversation}"
    assert page.locator(".timeline li").count() >= 2
    # How this KPI counts it stands there already, and another one is a choice away.
    assert page.get_by_role("group", name=name).locator("tbody tr").count() >= 1
    page.get_by_role("combobox", name="KPI").select_option(label="Reply time")
    page.get_by_role("button", name="Show").click()
    assert page.get_by_role("group", name="Reply time").count() or page.locator(".empty").count()
    for _ in range(3):
        page.go_back()
    assert re.search(r"/overview\?", page.url) and card(page, name).count() == 1
    page.go_forward()
    assert count(visitor.text(".count")) == expected


def test_the_file_has_the_rows_that_the_page_counts(either):
    visitor = either(accept_downloads=True)
    visitor.go("/tickets?metric=first_response_time&f.channel=email")
    with visitor.page.expect_download() as begun:
        visitor.page.get_by_role("link", name="CSV").click()
    lines = list(csv.DictReader(io.StringIO(open(begun.value.path(), encoding="utf-8").read())))
    assert len(lines) == count(visitor.text(".count")) > 0 and begun.value.suggested_filename.endswith(".csv")


def test_filters_are_chosen_shown_kept_and_taken_away(either):
    visitor = either()
    page = visitor.page
    visitor.go("/overview")
    before = count(card(page, "Conversations created").locator(".value").inner_text())
    filters = page.get_by_role("form", name="Filters")
    filters.locator("summary", has_text="channel").click()
    filters.get_by_label("chat", exact=True).check()
    filters.get_by_label("email", exact=True).check()
    filters.get_by_label("Business hours").check()
    filters.get_by_role("button", name="Apply").click()
    page.wait_for_url("**f.channel=**")
    assert re.search(r"\?r=30d&bh=1&f\.channel=(chat,email|email,chat)$", page.url), "the address is short"
    chips = page.get_by_role("list", name="Filters in force")
    assert "chat" in chips.inner_text() and "business hours" in visitor.text(".sentence")
    after = count(card(page, "Conversations created").locator(".value").inner_text())
    assert 0 < after < before
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Volume").click()
    assert "f.channel=" in page.url, "filters go along"
    assert count(card(page, "Conversations created").locator(".value").inner_text()) == after
    page.get_by_role("list", name="Filters in force").get_by_role("link").first.click()
    assert "f.channel" not in page.url and "bh=1" in page.url


def test_days_are_chosen_by_hand(either):
    visitor = either()
    page = visitor.page
    visitor.go("/speed")
    form = page.get_by_role("form", name="Filters")
    form.locator("summary", has_text="Dates").click()
    form.get_by_label("From").fill("2026-02-02")
    form.get_by_label("To", exact=True).fill("2026-02-08")
    form.get_by_role("button", name="Apply").click()
    page.wait_for_url("**r=2026-02-02..2026-02-08*")
    assert "2 Feb 2026 to 8 Feb 2026" in visitor.text(".sentence")


def test_a_table_is_cut_otherwise_and_its_cells_lead_to_their_rows(either):
    visitor = either()
    page = visitor.page
    visitor.go("/volume")
    page.get_by_role("combobox", name="Table by").select_option("team")
    page.get_by_role("form", name="Table by").get_by_role("button", name="Show").click()
    page.wait_for_url("**by=team**")
    cell = page.locator("section[aria-labelledby=by] tbody td a").first
    expected = count(cell.inner_text().split(":")[-1])
    cell.click()
    assert "f.team=" in page.url and count(visitor.text(".count")) == expected


def test_the_language_is_chosen_at_the_foot_and_kept(either):
    visitor = either()
    page = visitor.page
    visitor.go("/overview?r=7d&f.channel=email")
    page.get_by_role("link", name="Русский").click()
    assert page.locator("html").get_attribute("lang") == "ru" and "f.channel=email" in page.url
    page.get_by_role("link", name="Скорость", exact=True).click()
    assert page.locator("html").get_attribute("lang") == "ru" and page.locator("h1").inner_text() == "Скорость"


def test_what_a_kpi_means_is_found_by_a_word(either):
    visitor = either()
    page = visitor.page
    visitor.go("/definitions")
    page.get_by_label("Find a KPI").fill("first response")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="First response time", exact=True).click()
    assert page.locator("h1").inner_text() == "First response time"
    page.get_by_role("link", name="Rows behind it").click()
    assert count(visitor.text(".count")) > 0


def test_wrong_words_are_told_and_right_ones_lead_to_where_one_wanted(either):
    visitor = either(signed_in=False)
    page = visitor.page
    visitor.go("/speed?r=7d")
    assert "/sign-in" in page.url
    for password, after in [("not this one at all", "/sign-in"), (PASSWORD, "/speed?r=7d")]:
        page.get_by_label("Name").fill(NAME)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**{after}")
        if after == "/sign-in":
            assert "wrong" in page.get_by_role("alert").inner_text()
            assert page.get_by_label("Name").input_value() == NAME, "what was right need not be typed again"
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    visitor.go("/speed")
    assert "/sign-in" in page.url


def test_somebody_is_invited_joins_and_is_shut_out(either):
    lead = either()
    name = f"Ion {lead.page.context.browser.version} {id(lead)}"
    lead.go("/settings/people")
    people = lead.page.locator("section[aria-labelledby=people]")
    people.get_by_role("combobox", name="Role", exact=True).select_option("viewer")
    people.get_by_role("button", name="Make an invitation").click()
    link = lead.text(".made code")
    guest = either(signed_in=False)
    guest.page.goto(link)
    guest.page.get_by_label("Name").fill(NAME)
    guest.page.get_by_label("Password").fill(PASSWORD)
    guest.page.get_by_role("button", name="Join").click()
    assert "Somebody has this name already" in guest.page.get_by_role("alert").inner_text()
    guest.page.get_by_label("Name").fill(name)
    guest.page.get_by_label("Password").fill(PASSWORD)
    guest.page.get_by_role("button", name="Join").click()
    guest.page.wait_for_url("**/overview")
    assert guest.page.get_by_role("link", name="People and tokens").count() == 0
    assert guest.go("/settings/people").status == 403
    lead.go("/settings/people")
    lead.page.get_by_role("combobox", name=f"Role: {name}").select_option("lead")
    lead.page.get_by_role("row", name=name).get_by_role("button", name="Change").click()
    assert "Lead" in lead.page.get_by_role("row", name=name).first.inner_text()
    lead.page.get_by_role("button", name=f"Remove {name}").click()
    assert lead.page.get_by_role("button", name=f"Remove {name}").count() == 0
    guest.go("/overview")
    assert "/sign-in" in guest.page.url, "who is shut out is out at once"


def test_a_token_works_until_it_is_revoked(either, service):
    visitor = either()
    page = visitor.page
    visitor.go("/settings/people")
    tokens = page.locator("section[aria-labelledby=tokens]")
    tokens.get_by_label("Name").fill("dashboard")
    tokens.get_by_label("Ask questions").check()
    tokens.get_by_role("button", name="Make a token").click()
    headers = {"Authorization": f"Bearer {visitor.text('.made code')}"}
    assert Answer(service.address, "/v1/metrics", headers).status == 200
    page.get_by_role("button", name="Revoke dashboard").first.click()
    assert Answer(service.address, "/v1/metrics", headers).status == 401


def test_a_file_is_imported_and_its_days_are_shown(either):
    visitor = either()
    page = visitor.page
    visitor.go("/data")
    rows = "".join(f"{day},2018-05-{day:02} 09:00,ana,email\n" for day in range(1, 21))
    table = {"name": "may.csv", "mimeType": "text/csv", "buffer": f"Ticket ID,Created at,Agent,Channel\n{rows}".encode()}
    page.locator("input[type=file]").set_input_files(table)
    page.get_by_role("button", name="Send and look at it").click()
    page.wait_for_url("**/data/uploads/*")
    assert page.get_by_role("row", name="Created at").get_by_text("opened_at").count() == 1
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text("Done.").wait_for()
    visitor.go("/tickets?metric=conversations_created&r=2018-05-01..2018-05-31")
    assert count(visitor.text(".count")) == 20, "once, however often it is imported"


def test_a_picture_is_taken_along_as_png(visit):
    visitor = visit()
    visitor.go("/volume")
    with visitor.page.expect_download() as taken:
        visitor.page.locator(".ways button").first.click()
    with open(taken.value.path(), "rb") as file:
        assert file.read(8) == b"\x89PNG\r\n\x1a\n"
    assert taken.value.suggested_filename == "created.png"


def test_pointing_at_a_day_tells_its_numbers_on_all_pictures_of_these_days(visit):
    visitor = visit(viewport={"width": 1280, "height": 900})
    page = visitor.page
    visitor.go("/speed?r=7d")
    # Histograms beside them have classes of seconds, not days.
    marks = page.locator("figure.chart:not([data-fields]) .marks")
    marks.first.scroll_into_view_if_needed()
    box = marks.first.bounding_box()
    figure = page.locator("figure.chart").first
    days = figure.locator("tbody th").all_text_contents()
    for share, day in [(0.01, days[0]), (0.5, days[3]), (0.99, days[-1])]:
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + 90)
        assert page.locator(".tip b").inner_text() == day
        assert page.locator(".cross").count() == marks.count() >= 3, "on every picture of these days"
    last = figure.locator("tbody tr").last.locator("td").all_text_contents()
    assert page.locator(".tip dd").all_text_contents() == last
    tip = page.locator(".tip").bounding_box()
    assert tip["x"] >= 0 and tip["x"] + tip["width"] <= 1280
    page.mouse.move(box["x"], 5)
    assert not page.locator(".tip").is_visible()


def test_a_picture_leads_to_the_rows_of_a_day_and_of_an_hour(visit):
    visitor = visit(viewport={"width": 1280, "height": 900})
    page = visitor.page
    visitor.go("/volume?r=7d")
    marks = page.locator("figure.chart .marks").first
    marks.scroll_into_view_if_needed()
    box = marks.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + 90)
    page.wait_for_url("**/tickets?**metric=conversations_created**")
    day = page.url.split("r=")[1].split("&")[0].split("..")
    assert day[0] == day[1], page.url
    page.go_back()
    marks = page.locator("figure.heat .marks")
    marks.scroll_into_view_if_needed()
    box = marks.bounding_box()
    # The second row of the week, from ten on.
    cell = page.locator("figure.heat tbody tr").nth(10).locator("td").nth(1)
    wanted = int(cell.text_content())
    assert wanted > 0
    page.mouse.click(box["x"] + box["width"] * 10.5 / 24, box["y"] + box["height"] * 1.5 / 7)
    page.wait_for_url("**/tickets?**weekday=2&hour=10")
    assert count(visitor.text(".count")) == wanted


def test_days_that_are_dragged_over_become_the_period(visit):
    visitor = visit(viewport={"width": 1280, "height": 900})
    page = visitor.page
    visitor.go("/volume?r=7d&f.channel=email")
    address = page.url

    def drag():
        marks = page.locator("figure.chart .marks").first
        marks.scroll_into_view_if_needed()
        box = marks.bounding_box()
        page.mouse.move(box["x"] + box["width"] * 1.5 / 7, box["y"] + 90)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 3.5 / 7, box["y"] + 90, steps=4)
        page.mouse.up()
        assert page.locator(".brush").count() == 1

    days = page.locator("figure.chart").first.locator("tbody th").all_text_contents()
    drag()
    assert days[1] in visitor.text(".tip") and days[3] in visitor.text(".tip") and "Esc" in visitor.text(".tip")
    page.keyboard.press("Escape")
    assert page.locator(".brush").count() == 0 and page.url == address
    drag()
    page.keyboard.press("Enter")
    page.wait_for_url("**/volume?r=*..*&f.channel=email**")
    assert page.locator("figure.chart").first.locator("tbody th").all_text_contents() == days[1:4]
    # Classes of durations are no days.
    visitor.go("/speed?r=7d")
    box = page.locator("figure.chart[data-fields] .marks").first
    box.scroll_into_view_if_needed()
    box = box.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 90)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 20, box["y"] + 90, steps=4)
    page.mouse.up()
    assert page.locator(".brush").count() == 0 and "/speed" in page.url


def test_what_a_legend_names_is_hidden_and_shown(visit):
    visitor = visit()
    page = visitor.page
    visitor.go("/volume")
    entry = page.locator("figure.chart").first.get_by_role("button", name="email")
    bars = page.locator("figure.chart .marks .bar.s1").first
    assert entry.get_attribute("aria-pressed") == "true" and bars.is_visible()
    entry.click()
    assert entry.get_attribute("aria-pressed") == "false" and not bars.is_visible()
    entry.click()
    assert bars.is_visible()


def test_a_link_shows_its_page_to_somebody_without_a_name(visit):
    visitor = visit()
    page = visitor.page
    link = share(page, f"{visitor.address}/volume?f.channel=email", "the owner")
    guest = visit(signed_in=False)
    guest.page.goto(link)
    assert guest.text("h1") == "Volume" and "email" in guest.text(".chips")
    assert guest.page.locator("nav, form, main a[href^='/tickets']").count() == 0
    page.get_by_role("button", name="Revoke the owner").first.click()
    assert guest.page.reload().status == 404


def test_a_link_with_a_password_opens_for_who_knows_it(either, service):
    guest = either(signed_in=False)
    page = guest.page
    page.goto(service.guarded)
    for password in ("not this one at all", PASSWORD):
        assert page.locator("article.card").count() == 0
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Open").click()
        if password != PASSWORD:
            assert "wrong" in page.get_by_role("alert").inner_text()
    assert guest.text("h1") == "Agents" and page.locator("article.card").count() >= 5
    page.get_by_role("link", name="Русский").click()
    assert page.locator("html").get_attribute("lang") == "ru" and page.locator("article.card").count() >= 5


def test_a_view_stands_in_a_page_of_others_in_the_theme_that_is_asked_for_and_without_names(visit, holder):
    visitor = visit()
    page = visitor.page
    link = share(page, f"{visitor.address}/agents?r=30d", "the wall of the office", nameless=True)
    held = link.replace("/shared/", "/embed/") + "?theme=dark"
    page.goto(f"{holder}/?{held}")
    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", name="Agents", exact=True).wait_for()
    assert frame.locator("html").evaluate("e => getComputedStyle(e).colorScheme") == "dark"
    assert frame.locator("header, footer, nav").count() == 0 and frame.locator("article.card").count() >= 5
    names = frame.locator("section[aria-labelledby=by] tbody th").all_text_contents()
    assert names and all(re.fullmatch(r"(rank (\d+|–) )?(Agent \d+|\(none\))", name) for name in names), names


def test_a_file_is_sent_looked_at_imported_and_taken_back(either):
    visitor = either()
    page = visitor.page
    visitor.go("/data")
    files.send(page, files.tickets(first=1000))
    assert "Import of tickets.csv" in page.locator("h1").inner_text()
    assert "60 events come out of the whole file" in page.locator("main").inner_text()
    assert "yesterday" in page.get_by_role("group", name="Rows that cannot be imported").inner_text()
    files.bring(page)
    rows = page.locator("dl.about div").filter(has_text="New events")
    assert count(rows.inner_text()) == 60
    visitor.go("/data")
    line = page.locator("section[aria-labelledby=imports] tbody tr").filter(has=page.get_by_role("button", name="Take back"))
    number = count(line.first.locator("th").inner_text())
    line.first.get_by_role("button", name="Take back").click()
    page.wait_for_url("**/data/work")
    files.wait(page)
    visitor.go("/data")
    gone = page.locator("section[aria-labelledby=imports] tbody tr").filter(has_text=re.compile(rf"^{number} · "))
    assert "taken back" in gone.inner_text()
