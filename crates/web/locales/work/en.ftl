# The words of the pages that change something: data, settings, views, notes. English, the source of the other languages.

page-data = Data
size-kb = { $number } KB
size-mb = { $number } MB
size-gb = { $number } GB
data-bring = Bring in a file
data-file = File
data-file-rule = CSV, TSV, JSON Lines, Parquet or xlsx, plain or as .gz and .zst, up to { $most }. First you see what comes out; nothing is imported before you say so.
data-send = Send and look at it
data-waiting = Files that wait
data-size = Size
data-sent-by = Sent by
data-sent-at = Sent at
data-interrupted = its import was interrupted
data-sources = Sources
data-source = Source
data-events = Events
data-conversations = Conversations
data-first = First event
data-last = Last event
data-no-events = No events have arrived yet.
data-imports = Imports
data-import = Import
data-imported-at = Imported at
data-rejected = Rejected rows
data-undo = Take back
data-undone = taken back
data-back = Back to the data
data-quality = Data quality
data-quality-ever = All data
data-quality-none = Nothing is wrong with the data, as far as can be told.
data-quality-distorts = Distorts
data-quality-places = Places
first-title = Nothing is here yet. Three ways to begin
first-demo = Play the demo shop
first-demo-why = A simulated online shop of 12,000 conversations up to today, in a minute. It is one import, and can be taken back.
first-demo-shown = These are the data of a simulated shop.
first-demo-delete = Delete the demo data
first-import = Import a file
first-import-why = An export of tickets, calls or chats as CSV, xlsx or Parquet, or events as JSON Lines. Its columns are recognised, and you see what comes out first.
first-sign-in = A lead or an administrator can do this after signing in.
first-connect = Connect a system
first-connect-why = Programs send events as they happen, with a token that an administrator makes.
first-older = The newest event is of { $day }, before the period that is shown.
first-show-last = Show the last 30 days of the data
upload-title = Import of { $name }
upload-interrupted = The import of this file was interrupted, and nothing of it was imported. Press the button again: what is there already changes nothing.
upload-result = What comes out
upload-kind = The file holds
upload-kind-events = events in the event format
upload-kind-table = a table, by a mapping
upload-source = Source of the events
upload-look = Look again
upload-strict = All or nothing: import only if no row is wrong
upload-import = Import
upload-mapping = The mapping: what the columns mean
upload-columns = How the columns are understood
upload-column = Column
upload-meaning = Meaning
upload-examples = Examples
upload-left-out = left out
upload-wrong = Rows that cannot be imported
upload-row = Row
upload-field = Field
upload-reason = What is wrong
upload-events = The first events
upload-rows = The first rows
upload-remove = Remove this file
errand-import = { $name } is being imported
errand-demo = The demo shop is being played
errand-undo = { $name } is being taken back
errand-stopped = { $name } was stopped
errand-failed = { $name } could not be done
errand-undone = { $name } was taken back
errand-done = { $name } was imported
errand-reading = { $count } events read, { $rate } a second
errand-folding = { $count } events read; now they are counted and committed
errand-left = about { $time } left
errand-stop = Stop
errand-goes-on = It goes on when you leave this page. Stopped, it changes nothing and can be done again.
errand-well = Done.
errand-nothing-changed = Nothing has changed in the data.
errand-events-gone = Events taken back
errand-rows = Rows read
errand-events = New events
errand-duplicates = Events that were there already
errand-rejected = Rows rejected
errand-conversations = New conversations
errand-conflicts = Events of one id that differ
errand-reject-file = All of them, with their reasons, as CSV
errand-overview = See the overview of these days
errand-again = Look at the file again
upload-nothing = Nothing can be imported as the file is understood now.
upload-events-all =
    { $count ->
        [one] { $shown } event comes out of the whole file
       *[other] { $shown } events come out of the whole file
    }
upload-events-sample =
    { $count ->
        [one] { $shown } event comes out of the first rows, which were looked at; all of them are imported
       *[other] { $shown } events come out of the first rows, which were looked at; all of them are imported
    }
upload-rejected =
    { $count ->
        [one] { $shown } of these rows cannot be imported and would go to the reject file
       *[other] { $shown } of these rows cannot be imported and would go to the reject file
    }
page-settings = Settings
settings-where = What decides how events are counted stands in
settings-how = Everything but the targets is changed in that file: `deskgauge check` reads it, and after a change of the zone, hours, SLA policies or fields run `deskgauge rebuild` and start the service again. What is not written there has its default.
settings-differs = The file says something else than what is in force: it was changed since the service started. Run `deskgauge check`, then start the service again.
settings-meanwhile = the file was changed meanwhile: look at it and send the form again
settings-nothing = Nothing is set.
settings-targets = Targets
settings-targets-rule = The bound of each band, as a number, a share such as 92 %, or a duration such as 4h. A condition names the rows that it is for. A change holds at once.
settings-preset = Behind them hold those of the preset { $name }.
settings-no-targets = There are no targets yet.
settings-filter = Condition
settings-save = Save
settings-add = Add a target
settings-workspace = Workspace
settings-schedule = Business hours
settings-sla = SLA policies
settings-fields = Own fields
settings-catalogue = Windows and parameters of KPIs
settings-privacy = Privacy of answers
settings-limits = Limits
page-views = Views
view-name = Name of this view
view-save = Save this view
view-share = For everybody who signs in
view-shared = shared
view-private = only mine
view-all = All views and links
view-own = Saved views
view-who = Who sees it
view-none = No view is saved yet. Choose filters on a page and save them there.
view-name-missing = write a name or a text of 1 to 200 characters
share-title = Share
share-rule = Whoever has the link sees this one page with these filters, without signing in, and nothing else.
share-name = For whom or what
share-for = It works for
share-make = Make a link
share-made = The link. It is shown this once.
share-password = Password, if there is to be one
share-nameless = Without agents’ names
share-guard-password = with a password
share-frame = To show it in a page of yours (its address is to stand in embed_origins in the workspace’s file):
share-asks = This page asks for a password
share-wrong = This password is wrong.
share-open = Open
share-not-held = this page asks for a password: open its link by itself
share-agent = Agent { $number }
share-hidden = not shown
share-links = Links that work
share-none = No link works now.
share-by = Made by
share-until = Until
note-title = Notes on days
note-day = Day
note-text = What happened
note-add = Add a note
note-day-missing = choose a day
series-note = note
share-days =
    { $count ->
        [one] { $shown } day
       *[other] { $shown } days
    }
page-team-median = Team median
page-conversions-window = A sale counts for a conversation if it follows within { $time }.
search-title = Search
search-for = Search: { $text }
search-what = A conversation's id, or a KPI
search-none = Nothing is found. Conversations are found by their whole id, KPIs by words of their names.
