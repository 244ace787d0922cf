# The words that readers of boards, answers and explanations see: English, the source of the other languages.
# Names of KPIs stand in their own files of the catalogue. $shown is a number as the language writes it; $count is the same one, to choose the plural by.

## Numbers and dates

percent = { $number } %
percent-range = { $low }–{ $high } %
duration-range = { $low }–{ $high }
points = { $number } pt
duration-d = { $number }d
duration-h = { $number }h
duration-m = { $number }m
duration-s = { $number }s
date = { $day } { $month } { $year }
date-short = { $day } { $month }
instant = { $date }, { $time }
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun

## Glue: how parts are put together

list-separator = { ", " }
in-brackets = { $text } ({ $more })
in-place = { $name }: { $value }
left-label = { $label }: { $text }
none = (none)

## The board

compared-weekdays =
    { $count ->
        [one] { $from } to { $to } compared with { $before-from } to { $before-to } (matching weekdays: { $shown } day earlier)
       *[other] { $from } to { $to } compared with { $before-from } to { $before-to } (matching weekdays: { $shown } days earlier)
    }
compared-previous = { $from } to { $to } compared with { $before-from } to { $before-to } (the period before)
compared-year = { $from } to { $to } compared with { $before-from } to { $before-to } (a year earlier)
compared-elapsed = { $from } to { $to } compared with { $before-from } to { $before-to } (as much of the period before as has passed of this one)
compared-range = { $from } to { $to } compared with { $before-from } to { $before-to }
compared-none = { $from } to { $to }
compared-and = { $text }; { $more }
compared-lengths =
    { $count ->
        [one] { $shown } day against { $before }
       *[other] { $shown } days against { $before }
    }
change-range = { $low } to { $high }
page-title = { $title }: { $from } to { $to }
skip = Skip to the board
as-of = data as of { $at }
section-cards = KPIs
section-changed = What changed
section-movers = Agents whose numbers moved most
movers-note = Each change is told apart from chance by itself; among many agents one or two move by chance.
movers-all = All agents
section-trends = Day by day
section-channels = By channel
section-parts = Targets for parts
section-notes = What stands behind the numbers
region-channels = KPIs by channel
numbers = Numbers
before = before { $value }
no-clear-change = no clear change
no-change = no change
n-values = n { $shown }
interval-words = 95 %: { $interval }
too-few = too few to rely on
few-values = few values
few = few
other = other
where = where { $filter }

column-kpi = KPI
column-value = value
column-before = before
column-change = change
column-change-interval = 95 % of the change
column-target = target
column-n = n
column-part = part
column-mix = by weight
column-rate = by itself
column-where = where
column-day = day
column-stat = stat
column-variant = variant
column-period = period
column-interval = 95 % interval
column-counting = counting
column-running = running
column-provisional = provisional
column-excluded = excluded
partial = partial

verdict-better = better
verdict-worse = worse
verdict-same = same
verdict-neutral = changed
band-excellent = excellent
band-good = good
band-satisfactory = satisfactory
band-poor = poor

## What changed, and what moved a number

changed-since = since { $day }: { $note }
changed-how =
    { $count ->
        [one] Of { $shown } part that was looked at ({ $names }): what chance does not explain, worse before better, the surest first.
       *[other] Of { $shown } parts that were looked at ({ $names }): those whose own change chance does not explain among so many, worse before better, the surest first.
    }
changed-nothing =
    { $count ->
        [one] Of { $shown } part that was looked at ({ $names }), none changed by more than chance explains.
       *[other] Of { $shown } parts that were looked at ({ $names }), none changed by more than chance explains among so many.
    }
drivers-title = What moved it: { $before } before, { $now } now ({ $change })
drivers-parts = By { $name }: parts that add up to the difference
drivers-mix = By { $name }: parts that add up to the difference; { $mix } because weights changed, { $rate } because the parts themselves did
drivers-repeats = By { $name }: a row stands in several parts, so that these do not add up to the difference
drivers-own = By { $name }: each by its own change, which do not add up to the difference
drivers-more =
    { $count ->
        [one] and { $shown } more
       *[other] and { $shown } more
    }

## Pictures

chart-by-channel = { $metric } by channel
chart-by-age = { $metric } by age
age-upto = up to { $upto }
age-between = { $over } to { $upto }
age-over = over { $over }
chart-median-p90 = { $metric }: median and 90th percentile
chart-arrivals = { $metric } by weekday and hour
chart-arrivals-text = Numbers by weekday and hour from { $from } to { $to }; the most are { $most }, on { $weekday } from { $hour }.
chart-spread = { $metric }: distribution, n { $shown }
chart-spread-text = { $shown } values; the most, { $most }, are { $class }.
chart-within = { $value } within { $bound } (95 %: { $interval }), n { $shown }
chart-bars-text = Stacked bars from { $from } to { $to }; the highest day has { $most }.
chart-lines-text = From { $from } to { $to }: lowest { $low }, highest { $high }, last { $last }.
chart-no-values = No values.
series-p90 = 90th percentile
series-now = this period
series-before = the period before
series-target = target: { $band } { $value }

## Under the table: what was left out, and which data it was

left-running =
    { $count ->
        [one] { $shown } still running
       *[other] { $shown } still running
    }
left-provisional =
    { $count ->
        [one] { $shown } provisional
       *[other] { $shown } provisional
    }
left-excluded = left out: { $reasons }
left-reason = { $reason } { $shown }
left-reasons = excluded: { $reasons } (counts by reason in --format json)
profile-line = profile { $profile } as of { $date }, revision { $revision }
profile-canonical = counted canonically: { $metrics }
credited = agents are credited by { $model }: { $names }
data-line = snapshot { $snapshot } · now { $now } · { $zone }
data-line-dated = snapshot { $snapshot } of { $made } · now { $now } · { $zone }

## Statistics, clocks, why there is no number, why a row was left out

stat-mean = mean
stat-median = median
stat-p90 = p90
stat-p95 = p95
stat-min = min
stat-max = max
stat-sum = sum
stat-km_median = km_median
stat-km_p90 = km_p90
stat-share = share
stat-within = within target
stat-within-bound = within { $bound }
clock-calendar = calendar time
clock-business = business hours

null-no_data = no data
null-no_schedule = no schedule
null-not_applicable = not applicable
null-running = running
null-not_reached = not reached
null-suppressed = suppressed
null-unknown = unknown

reason-abandoned = abandoned
reason-abandoned_early = abandoned early
reason-answered_elsewhere = answered outside of the help desk
reason-answered_by_bot = answered by a bot
reason-bot_only = bot only
reason-callback = callback asked for
reason-campaign = campaign
reason-cancelled = cancelled
reason-decided_earlier = decided earlier
reason-deleted = deleted
reason-ended = ended by the system
reason-follow_up = same issue again
reason-merged = merged
reason-never_assigned = never assigned
reason-no_answered_wait = no answered wait
reason-no_length = target without a length
reason-no_reason = no reason noted
reason-no_response = no response
reason-no_value = no value
reason-not_applicable = not applicable
reason-not_scored = not scored
reason-nothing_critical = nothing critical
reason-outside_hours = outside hours
reason-overflow = moved to another queue
reason-proactive = proactive
reason-removed = removed
reason-reopened = reopened
reason-resolved_early = resolved early
reason-resolved_without_reply = resolved without reply
reason-short_abandon = short abandonment
reason-spam = spam
reason-unanswered = unanswered
reason-unassigned = unassigned
reason-voicemail = voicemail
reason-zero_touch = zero touch

## Dimensions

dimension-channel = channel
dimension-brand = brand
dimension-team = team
dimension-agent = agent
dimension-priority = priority
dimension-reason = reason
dimension-tag = tag
dimension-language = language
dimension-segment = segment
dimension-customer_kind = customer kind
dimension-origin = origin
dimension-hour = hour
dimension-weekday = weekday
dimension-policy = policy
dimension-target = target
dimension-state = state
dimension-assigned = assigned
dimension-resolver = resolver
dimension-queue = queue
dimension-survey = survey
dimension-scorecard = scorecard
dimension-category = category
dimension-reviewer = reviewer

## The list of KPIs

list-profile = profile
list-as_of = as of
list-kpis = KPIs
list-metric = metric
list-name = name
list-area = area
list-unit = unit
list-better = better
list-variants = variants
list-preset = preset
list-source = source
list-year = year
area-backlog = backlog
area-commerce = commerce
area-outcome = outcome
area-phone = phone
area-quality = quality
area-sla = sla
area-speed = speed
area-survey = survey
area-volume = volume
area-work = work
area-own = own
unit-seconds = seconds
unit-count = count
unit-share = share
unit-points = points
unit-score = score
unit-money = money
good-low = low
good-high = high
good-none = none

## A KPI in words

show-profiles = How others count it
show-same = Counted as here
show-unknown = Not known
show-variant = Variant { $name }
show-why_it_matters = Why it matters
show-pitfalls = Pitfalls
show-sources = Sources
formula-value = The { $stat } of `{ $value }` over the rows of `{ $table }`{ $where }, dated by `{ $dated }`.
formula-share = Of the rows of `{ $table }`, the share with `{ $counting }`{ $where }, dated by `{ $dated }`.
formula-share-of = Of the rows of `{ $table }` with `{ $out-of }`, the share with `{ $counting }`{ $where }, dated by `{ $dated }`.
formula-count = The number of rows of `{ $table }`{ $where }, dated by `{ $dated }`.
formula-distinct = The number of different `{ $column }` in `{ $table }`{ $where }, dated by `{ $dated }`.
formula-sum = The sum of `{ $sum }` over the rows of `{ $table }`{ $where }, dated by `{ $dated }`.
formula-stock = The rows of `{ $table }` that are in stock at an instant: entered at `{ $entered }`, not yet left at `{ $left }`{ $where }, dated by `{ $dated }`.
formula-ages = The { $stat } of the ages, since `{ $since }`, of the rows of `{ $table }` that are in stock at an instant: entered at `{ $entered }`, not yet left at `{ $left }`{ $where }, dated by `{ $dated }`.
formula-kept = Of the different `{ $kept }` with a row of `{ $table }` in stock at the period's start, the share with one at its end: entered at `{ $entered }`, not yet left at `{ $left }`{ $where }, dated by `{ $dated }`.
formula-overlap = The lengths of the rows of `{ $table }`, from `{ $entered }` to `{ $left }`, over the time in which their `{ $of }` has any{ $where }, dated by `{ $dated }`.
formula-agreement = Krippendorff's alpha of `{ $value }`, by the distances `{ $spread }` from what others gave the same, of the rows of `{ $table }`{ $where }, dated by `{ $dated }`.
formula-per = It is divided by this: { $per }
formula-per-days = It is divided by the rate of this over the last { $days } full days: { $per }
formula-points = The share of rows of `{ $table }` with `{ $plus }` less the share with `{ $minus }`, in points{ $where }, dated by `{ $dated }`.
formula-where = { "" }, where `{ $filter }`
formula-weight = Each row weighs as much as its `{ $weight }`.
formula-alike = There is no number where the rows differ in `{ $alike }`.
formula-window = Rows whose `{ $window }` is not over are provisional and left out.
formula-running = Rows that are not decided yet are counted as running and left out.

## An explanation

explain-title = { $metric } ({ $id }, revision { $revision })
explain-variant = { $id }, variant { $variant }
explain-formula = Formula
explain-parameters = Parameters
explain-population = Population
explain-distribution = Distribution
explain-largest = Largest
explain-newest = Newest
explain-step = step
explain-rows = rows
explain-case = case
explain-dated = dated
explain-left-out = left out
funnel-table = rows of { $table }, at any time
funnel-own = the KPI's own, in the range
funnel-excluded = - left out: { $reason }
funnel-running = - still running
funnel-provisional = - provisional: the window is not over
funnel-pending = - not dated yet: still running
funnel-without-value = - without a value, or outside the denominator
funnel-counted = = counted
case-title = { $metric } in { $id }
case-no-row = It has no row of this KPI: the base filter holds for none of its rows, or it has none.
case-became = What became of it
case-not-dated = not dated
case-counted = counted
case-left-out = left out: { $reason }
case-intervals = Intervals, by the calendar and in business time
case-seconds = { $exact } ({ $seconds } s)
case-row = Row { $index } of { $table }
interval-start = start
interval-end = end
interval-part = of it: { $turn }
interval-together =
    { $count ->
        [one] { $shown } counted together
       *[other] { $shown } counted together
    }
turn-us = with us
turn-customer = with the customer
turn-third_party = with a third party
turn-resolved = resolved
turn-removed = removed

## Data quality

quality-found =
    { $count ->
        [one] { $shown } finding, { $serious } serious
       *[other] { $shown } findings, { $serious } serious
    }
quality-distorts = distorts: { $text }
quality-do = what to do: { $text }
quality-by = how often: { $text }
quality-examples = examples: { $text }
quality-share = { $count } of { $of } { $base } ({ $share })
quality-import = import { $import } { $name }
quality-serious = the data have serious problems ({ $codes }): see `deskgauge data-quality`
quality-of-events = events
quality-of-agent_events = events of agents
quality-of-conversations = conversations
quality-of-orders = orders
quality-of-surveys = surveys
quality-of-agents = agents
quality-of-calls = stretches of calls
quality-of-rows = imported rows
quality-before_creation = events before the creation of their conversation
quality-before_creation-do = compare the clocks of the sources; such events count as if they were at the creation, so waits are too short
quality-after_import = events in the future of their import
quality-after_import-do = look for a wrong time zone or a wrong century in the source, correct it and import again
quality-at_midnight = events exactly at local midnight
quality-at_midnight-do = the source probably gives dates without times: export it with times, or do not trust durations
quality-no_opened = conversations without an opening
quality-no_opened-do = import the openings, too, or begin the export earlier; until then the first event counts as the creation
quality-opened_twice = conversations opened more than once
quality-opened_twice-do = give each conversation one opening; the first counts
quality-conflicting_revision = events with the same id and different content
quality-conflicting_revision-do = give corrections a higher `revision`, and different events different ids; until then one of both counts
quality-no_actor = events of agents that name nobody
quality-no_actor-do = map the column that says who did it; numbers by agent leave these out
quality-two_roles = people who act as customer and as agent
quality-two_roles-do = check how the source tells roles; a reply by an agent that looks like a customer ends no wait
quality-unknown_role = agents without a role, where others have one
quality-unknown_role-do = import an `agent` event with the role of each of them
quality-no_customer = conversations without a customer
quality-no_customer-do = map the column of the customer; without one nothing is known of repeated contacts and sales
quality-no_channel = conversations without a channel
quality-no_channel-do = map the column of the channel; targets by channel pass these over
quality-overlapping_calls = calls of an agent that overlap
quality-overlapping_calls-do = look for missing or late `ended` events of calls; the time of both counts as work
quality-unsent_survey = answers to surveys that were never sent
quality-unsent_survey-do = import the sendings, too; scores count these answers, response rates do not
quality-unknown_order = changes of orders that nobody knows
quality-unknown_order-do = import the orders themselves, from an earlier day on
quality-ordered_twice = orders placed twice
quality-ordered_twice-do = give each order one `order` event; changes are `order_changed`
quality-merged_into_unknown = merges into conversations that nobody knows
quality-merged_into_unknown-do = import the conversations that they were merged into
quality-merged_into_nothing = merges that name no conversation
quality-merged_into_nothing-do = map `into`, the conversation that it was merged into
quality-unknown_policy = SLA policies that are not in the rules
quality-unknown_policy-do = add the policy to deskgauge.toml and run `deskgauge rebuild`
quality-unknown_schedule = schedules that are not in the rules
quality-unknown_schedule-do = add the schedule to deskgauge.toml and run `deskgauge rebuild`
quality-unreadable_due_at = due dates that cannot be read
quality-unreadable_due_at-do = write them as RFC 3339 with an offset
quality-unknown_field = fields that are not declared
quality-unknown_field-do = declare them under [fields] in deskgauge.toml, or leave them
quality-unreadable_field = values that do not fit the type of their field
quality-unreadable_field-do = correct the values, or the type under [fields]
quality-gap = stretches without any event, where the usual week has many
quality-gap-do = import what is missing; if the desk was closed, all is well
quality-rejected_rows = rows that an import rejected
quality-rejected_rows-do = correct the rows of the reject file, rejects/IMPORT.csv, and import them
quality-brought_again = events that a later import brought again
quality-brought_again-do = nothing: each counts once

## Restated numbers

restated-title = Numbers that changed between { $before } and { $after }
restated-nothing = No number of a past period changed between { $before } and { $after }
restated-cut = snapshot { $snapshot } (now { $now })
restated-count = { $name }, { $period }: { $before } → { $after }
restated-number = { $name }, { $period }: { $before } (n { $before-n }) → { $after } (n { $n })
restated-aged = by the passing of time alone: { $value }
restated-row = { $id }: { $kind }, { $before } → { $after }, { $cause }
restated-more = and { $count } more
restated-new = new
restated-gone = gone
restated-changed = changed
restated-live = live events
restated-time = its window has run out
restated-undone = import { $import } { $name } was taken back
restated-other = no event of its own (rules, or another conversation)

## Why profiles differ

contrast-stat = { $other } shows another statistic ({ $stat }), by which { $one } is { $value }
contrast-number = no.
contrast-cause = cause
contrast-started = started
contrast-counted = counted
contrast-rows =
    { $count ->
       [one] { $one } and { $other }: { $same } rows alike, { $shown } differs
      *[other] { $one } and { $other }: { $same } rows alike, { $shown } differ
    }
contrast-conversations =
    { $count ->
       [one] { $one } and { $other }, which read different facts: { $same } conversations alike, { $shown } differs
      *[other] { $one } and { $other }, which read different facts: { $same } conversations alike, { $shown } differ
    }
contrast-start = another start
contrast-end = another end
contrast-start_and_end = another start and another end
contrast-value = another value
contrast-left_out_by_other = counted by { $one }, left out by { $other } ({ $reason })
contrast-left_out_by_one = counted by { $other }, left out by { $one } ({ $reason })
contrast-other_period_of_other = counted by { $one }, dated outside of the range by { $other }
contrast-other_period_of_one = counted by { $other }, dated outside of the range by { $one }
contrast-only_one = counted by { $one }, no row of the KPI to { $other }
contrast-only_other = counted by { $other }, no row of the KPI to { $one }

## Policies replayed

sla-changed =
    { $count ->
        [one] { $shown } conversation fares otherwise
       *[other] { $shown } conversations fare otherwise
    }
sla-title = { $file } instead of the SLA policies of deskgauge.toml, decided { $from } to { $to }
sla-title-all = { $file } instead of the SLA policies of deskgauge.toml, all time
sla-all = all
sla-met = met
sla-missed = missed
sla-running = running
sla-share = met, %
sla-after = then
sla-before = now
sla-none = nothing decided
sla-row = { $id }: { $before } → { $after }
sla-row-missed = { $row } (missed: { $missed })

## Reported figures against ours

reconcile-column = column
reconcile-figure = figure
reconcile-share = share
reconcile-theirs = reported
reconcile-ours = ours
reconcile-title =
    { $count ->
       [one] { $compared } reported figures against ours ({ $profile }): { $shown } differs
      *[other] { $compared } reported figures against ours ({ $profile }): { $shown } differ
    }
reconcile-equal = equal
reconcile-both_none = neither has a number
reconcile-other_clock = equal on the clock: { $detail }
reconcile-other_profile = equal under profile { $detail }
reconcile-counted_otherwise = equal if counted so: { $detail }
reconcile-whole_hours = differs by { $detail } whole hours: a time zone?
reconcile-left_out = left out here: { $detail }
reconcile-no_row = no row of the KPI here
reconcile-only_ours = not reported
reconcile-not_here = the conversation is not in the workspace
reconcile-unknown = not known
reconcile-unit-seconds = seconds
reconcile-unit-minutes = minutes
reconcile-unit-hours = hours
reconcile-unit-days = days
reconcile-unit-count = count
reconcile-unit-share = share
reconcile-unit-percent = percent
reconcile-unit-score = score

staff-title = Erlang C for { $load } busy agents on average: a model, not a measurement
staff-agents = agents
staff-occupancy = occupancy
staff-waits_share = waits
staff-wait_seconds = mean wait
staff-service_level = answered in time
staff-unstable = the queue only grows
