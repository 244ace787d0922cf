# The words of the pages: English, the source of the other languages. Those that pages share with boards and answers stand in the file above this folder.

page-skip = Skip to content
page-nav = Pages
page-languages = Language
page-overview = Overview
page-live = Live
page-volume = Volume
page-speed = Speed
page-sla = SLA
page-quality = Quality
page-agents = Agents
page-conversions = Conversions
page-by = By { $name }
page-cut = Table by
page-cut-hidden = This workspace shows no individuals ([privacy] hide_individuals). Choose another table.
page-agents-note = Below 30 values a number is grey: it says little about a person. Where the 95 % intervals of two agents overlap, do not rank them.
page-choose = Enter shows these days, Esc does not
page-rank = rank
page-ranks = Ranked by the column with the arrow. Whose 95 % intervals overlap shares a rank, and below 30 values nobody has one. A dot is the value, its line the 95 % interval, and the upright line is the whole team.
page-conversions-note = A sale after a conversation is an association, not proof that the conversation led to it.
page-tickets = Tickets
page-definitions = Definitions
page-definition-search = Search
page-definition-search-for = Find a KPI
page-definition-none = No KPI fits these words.
page-definition-names = Names
page-definition-how = How it is counted
page-definition-clock = Clock
page-definition-out = What is left out
page-definition-guard = Look at it beside
page-definition-examples = Worked examples
page-definition-formulas = Formulas
page-definition-rows = Rows behind it
page-definition-clock-both = Calendar time; opening hours when business hours are chosen.
page-definition-all-kpis = All KPIs
page-team = People and tokens
page-sign-in = Sign in
page-sign-out = Sign out
page-sign-in-wrong = The name or the password is wrong.
page-sign-in-help = New here, or the password is lost? An administrator can send you an invitation.
page-oidc-enter = Sign in with { $label }
page-oidc-enter-plain = Single sign-on
page-oidc-or = or
page-oidc-lost = This sign-in has been used, is more than ten minutes old, or was begun in another browser or under another address. Begin again.
page-oidc-unreachable = The sign-in provider does not answer. Try again in a moment, or use a name and a password.
page-oidc-denied = The sign-in provider did not let you in, or you cancelled. Try again.
page-oidc-distrusted = The answer of the sign-in provider could not be trusted. Try again; if it stays so, an administrator finds the reason in the service’s log.
page-oidc-unconfirmed = The sign-in provider gave no confirmed e-mail address for you. Confirm your address there, then try again.
page-oidc-domain = { $email } is of a domain that is not let in here. Use your work account.
page-oidc-role = { $email } has no role here. An administrator can give you one.
page-oidc-unknown = Nobody called { $email } is known here. An administrator can add you.
page-oidc-shut-out = You can no longer sign in here.
page-oidc-taken = { $email } belongs to another account of the sign-in provider. An administrator can help.
page-name = Name
page-password = Password
page-join = Join
page-join-first = Nobody can sign in here yet. Choose a name and a password: you become the administrator.
page-join-as = You have been invited. Your role: { $role }.
page-join-send = Join
page-join-over = this invitation has been used, or its time is over
page-join-over-hint = ask for a new one; the first administrator gets one by starting the service again
page-join-name-wrong = Write a name of 1 to 100 characters.
page-join-name-taken = Somebody has this name already: choose another.
page-join-password-rule = At least { $shortest } characters; a sentence is good.
page-join-password-wrong = The password needs at least { $shortest } characters.
page-role-viewer = Viewer: all numbers
page-role-agent = Agent: own numbers
page-role-lead = Lead
page-role-administrator = Administrator
page-scope-read = Ask questions
page-scope-ingest = Send events
page-filters = Filters
page-period = Period
page-period-7d = Last 7 days
page-period-30d = Last 30 days
page-period-90d = Last 90 days
page-period-week = Last week
page-period-month = Last month
page-period-quarter = Last quarter
page-period-year = Last year
page-period-this-month = This month
page-dates = Dates
page-from = From
page-to = To
page-compare = Compared with
page-compare-wd = Matching weekdays
page-compare-prev = Period before
page-compare-yoy = Year before
page-compare-elapsed = Same elapsed part
page-compare-off = Nothing
page-business = Business hours
page-apply = Apply
page-show = Show
page-chips = Filters in force
page-chip = { $name }: { $values }
page-chip-without = { $name }: not { $values }
page-chip-remove = remove this filter
page-filter-leaves-out = { $kpis }: left out, since their rows have no { $name } to filter by.
page-empty = Nothing happened in this period with these filters. Take one away, or choose another period.
page-choose-kpi = Choose a KPI
page-tickets-heading = { $metric }, { $from } – { $to }
page-tickets-none = No row counts in this period with these filters.
page-back = Back to the overview
page-began = Began
page-parts = Which rows
page-part-all = All
page-part-numerator = Counting
page-part-rest = Not counting
page-counts = counts
page-counts-not = does not count
page-orders = Order
page-sort-newest = Newest
page-sort-largest = Largest
page-sort-smallest = Smallest
page-pages = Pages of the list
page-place = { $first }–{ $last } of { $total }
page-before = Previous
page-after = Next
page-conversation = Conversation { $id }
page-counted = How a KPI counts it
page-status = Last status
page-timeline = Timeline
page-people = People
page-role = Role
page-change = Change
page-remove = Remove
page-remove-name = Remove { $name }
page-you = you
page-agent = Agent in the data
page-agent-missing = an agent needs the agent of the data who they are
page-oneself = nobody changes or removes themselves: ask another administrator
page-invite = Make an invitation
page-tokens = Tokens of programs
page-scopes = Scopes
page-made = Made
page-revoke = Revoke
page-revoke-name = Revoke { $name }
page-token-add = Make a token
page-token-incomplete = a token needs a name and at least one scope
page-made-token = The new token. It is shown this once.
page-made-link = The link of the invitation. It works once, within 7 days, and is shown this once.
page-log = What was done
page-log-at = When
page-log-who = Who
page-log-what = What
page-log-about = About
page-log-from = From
page-privacy = Privacy
page-customer-id = Customer’s id
page-forget = Forget a customer
page-forget-about = All their events go, with everything that was counted of them, their conversations whole, and every earlier state of the data. What others wrote stays. Copies elsewhere, such as backups, are not reached, and what a source sends again comes in again.
page-forget-look = Look for them
page-forget-nobody = Nothing names a customer { $customer }, in no state of the data.
page-forget-earlier = Only earlier states of the data have something of them.
page-forget-events =
    { $count ->
        [one] { $shown } event goes.
       *[other] { $shown } events go.
    }
page-forget-conversations =
    { $count ->
        [one] { $shown } conversation is theirs.
       *[other] { $shown } conversations are theirs.
    }
page-forget-final = This cannot be taken back, and while everything is written anew, commits wait.
page-forget-name = Forget { $customer } for good
page-forget-empty = write the id of a customer, as events have it
page-forget-goes-on = goes on
page-forgotten-now = Forgotten. The log names them by { $mark } only.
page-forgotten = Who was forgotten, by keyed hashes
page-forgotten-left = These files still name them and are yours to change: { $files }.
page-forgotten-asked = Asked
page-forgotten-mark = Hash
page-forgotten-first = First state that is left
page-forgotten-done = Done
page-backup = Backup
page-backup-last = The last backup was begun on { $at }.
page-backup-never = There has been no backup yet.
page-states-kept = Earlier states of the data can be asked for { $span }.
page-states-all = Earlier states of the data are all kept.
page-backup-about = deskgauge backup FOLDER makes one, also while the service runs.
page-refused-nothing = There is nothing here
page-refused-forbidden = This is not allowed
page-refused-later = Not now
page-refused-broken = Something broke
page-refused-question = This cannot be answered
page-tickets-count =
    { $count ->
        [one] { $shown } row stands behind the number
       *[other] { $shown } rows stand behind the number
    }
page-by-more =
    { $count ->
        [one] { $shown } more row is not shown: filter first.
       *[other] { $shown } more rows are not shown: filter first.
    }

live-pause = Pause updates
live-follows = Follows what arrives
live-paused = Paused
live-lost = The connection is lost; it is tried again
live-plain = Without scripts this page loads again every 30 seconds
live-newest = newest event { $at }
live-soon =
    { $count ->
        [one] { $shown } SLA target is missed within { $time } unless somebody acts
       *[other] { $shown } SLA targets are missed within { $time } unless somebody acts
    }
live-wall = Wall display
live-wall-leave = Leave the wall display
live-so-far = Today so far
live-today = today
live-week-before = { $day }, a week before
live-until = until
live-so-far-text = Added up until { $time }: { $now } today, { $before } on { $day }, which had { $all } in the end.
live-present = Agents present
live-agent = Agent
live-presence = State
live-since = Since
live-state-available = available
live-state-busy = busy
live-state-wrap = wrapping up
live-state-break = on a break
live-state-training = in training
