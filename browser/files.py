"""A file as people have them: a table of tickets, one row of which is wrong."""


def tickets(first=1):
    """The name and the bytes; twenty tickets from a number on, long before the play, and one that was opened yesterday."""
    days = [(first + day, f"2019-03-{day + 1:02}") for day in range(20)]
    good = [f"{number},{day} 09:00,{day} 12:00,ana,email" for number, day in days]
    lines = ["Ticket ID,Created at,Solved at,Agent,Channel", *good, f"{first + 20},yesterday,,ben,chat"]
    return {"name": "tickets.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}


def send(page, file):
    """Sends a file on the page of the data. Leaves the reader on the page of the file."""
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Send and look at it").click()
    page.wait_for_url("**/data/uploads/*")


def bring(page):
    """Imports the file of the page, and waits for the end."""
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_url("**/data/work")
    wait(page)


def wait(page):
    """Waits until the work is over, as somebody does whose page does not follow by itself."""
    for _ in range(240):
        if page.locator("progress").count() == 0:
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())
