-- ClickHouse: from raw events to facts. What needs order is sorted once per conversation into an array and read off it by index.
-- Marks: 1 question, 2 reply, 3 end. Classes: 1 us, 2 customer, 3 third party, 4 resolved, 5 removed. No value is 0 or ''.

create or replace table own engine = Memory as
select assumeNotNull(conversation) as conversation, intDiv(toUnixTimestamp64Milli(assumeNotNull(at)), 1000) as t,
    t * 1000000 + ifNull(seq, 0) as o, toLowCardinality(if(type = 'field', 'raise', assumeNotNull(type))) as what,
    ifNull(actor_kind, '') = 'agent' as by_agent,
    multiIf(type = 'message' and actor_kind = 'customer' and ifNull(public, true), 1,
        type = 'message' and actor_kind = 'agent' and ifNull(public, true) and ifNull(via, 'human') in ('human', 'macro', 'echo'), 2,
        type = 'answered' and actor_kind != 'bot', 2,
        type = 'status' and status in ('solved', 'closed', 'spam', 'deleted', 'merged'), 3,
        type = 'abandoned', 3, 0) as mark,
    multiIf(type != 'status', 0, status in ('new', 'open', 'snoozed'), 1, status = 'pending', 2, status = 'hold', 3,
        status in ('solved', 'closed'), 4, 5) as class,
    toLowCardinality(if(type = 'status', ifNull(cause, if(actor_kind = 'light_agent', 'agent', ifNull(actor_kind, ''))), '')) as why,
    if(mark = 2, ifNull(if(type = 'message', session, call), concat('event ', assumeNotNull(id))), '') as sitting,
    toLowCardinality(if(mark = 2, ifNull(if(type = 'message', actor, ifNull(agent, actor)), ''), '')) as who,
    toLowCardinality(if(type = 'opened', ifNull(channel, ''), '')) as opened_channel,
    type = 'opened' and ifNull(origin, if(actor_kind = 'customer', 'customer', 'agent')) = 'customer' as begun_by_customer,
    type = 'opened' and ifNull(priority in ('high', 'urgent'), false) as opened_urgent,
    type in ('opened', 'assigned') and team is not null as names_team, ifNull(team in ({back_teams}), false) as to_back,
    toLowCardinality(if(type = 'status', ifNull(status, ''), '')) as to_status, if(type = 'status', ifNull(into, ''), '') as target,
    if(type not in ('opened', 'message', 'status', 'assigned'), ifNull(call, ''), '') as call_id, ifNull(direction, '') = 'out' as outward,
    if(ifNull(kind, '') = 'csat', ifNull(survey, ''), '') as csat, toFloat64(ifNull(score, 0)) as points
from (select * replace (assumeNotNull(type) as type) from {source})
where conversation is not null
    and type in ('opened', 'message', 'status', 'assigned', 'field', 'escalated', 'queued', 'ringing', 'answered', 'abandoned',
                 'voicemail', 'callback_requested', 'ended', 'survey_sent', 'survey_answered')
    and (type != 'field' or (field = 'priority' and value in ('high', 'urgent')));

-- Moves between calendars: second, order, to the back office, what is added to that calendar's sum from then on, the sum then.
create or replace table switches engine = Memory as
with
    arraySort(groupArray((o, t, to_back,
        b_before + greatest(0, least(t, b_z1) - b_a1) + greatest(0, least(t, b_z2) - b_a2),
        f_before + greatest(0, least(t, f_z1) - f_a1) + greatest(0, least(t, f_z2) - f_a2)))) as teams,
    arrayFilter((x, i) -> i > 1 and x.3 != teams[i - 1].3, teams, arrayEnumerate(teams)) as turned,
    arrayCumSum(x -> if(x.3, x.5 - x.4, x.4 - x.5), turned) as extra
select conversation, arrayMap((x, e) -> (x.2, x.1, x.3, toInt64(e), if(x.3, x.4, x.5) + toInt64(e)), turned, extra) as moves
from own join days on day = intDiv(t, 86400) where names_team group by conversation having length(moves) > 0;

create or replace table cases engine = {kept:channel, created_at} as
with last_status as (select conversation, argMax(to_status, o) as status, argMax(target, o) as target from own where what = 'status' group by conversation),
opened as (
    select o.conversation as conversation, o.t as created_at, o.opened_channel as channel, o.begun_by_customer as inbound, o.opened_urgent as urgent,
        o.to_back as back, s.moves as moves, l.status as final_status, if(l.status = 'merged', l.target, '') as target
    from own o left join last_status l on l.conversation = o.conversation left join switches s on s.conversation = o.conversation
    where o.what = 'opened')
select o.*, if(p.target != '', p.target, if(p.conversation != '', o.target, '')) as merged_into,
    o.final_status not in ('spam', 'deleted', 'merged') as kept
from opened o left join opened p on p.conversation = o.target;

create or replace table steps engine = Memory as
with homes as (
    select conversation, conversation as home, channel, inbound, kept, back, moves, false as adopted from cases
    union all
    select a.conversation, c.conversation, c.channel, c.inbound, c.kept, c.back, c.moves, true
    from cases a join cases c on c.conversation = a.merged_into where a.merged_into != '')
select h.home as home, h.channel as channel, h.inbound as inbound, h.kept as kept, e.t as t, e.o as o, if(h.adopted, 'message', e.what) as what, e.by_agent as by_agent,
    e.class as class, e.why as why, e.sitting as sitting, e.who as who, e.call_id as call_id, e.outward as outward, e.csat as csat, e.points as points,
    if(e.begun_by_customer, 1, e.mark) as mark,
    b_before + greatest(0, least(t, b_z1) - b_a1) + greatest(0, least(t, b_z2) - b_a2) as mb,
    f_before + greatest(0, least(t, f_z1) - f_a1) + greatest(0, least(t, f_z2) - f_a2) as mf,
    arrayLastIndex(m -> m.1 <= t, h.moves) as piece,
    if(piece = 0, h.back, h.moves[piece].3) as back_now,
    if(back_now, mb, mf) + h.moves[piece].4 as w,
    if(back_now, (t >= b_a1 and t < b_z1) or (t >= b_a2 and t < b_z2), (t >= f_a1 and t < f_z1) or (t >= f_a2 and t < f_z2)) as open_now
from own e join homes h on h.conversation = e.conversation join days d on d.day = intDiv(e.t, 86400)
where not h.adopted or e.what = 'message' or e.begun_by_customer;

-- What is known of a conversation as a whole.
create or replace table begun engine = Memory as
select home, any(channel) as channel, any(inbound) as inbound, any(kept) as kept, anyIf(t, what = 'opened') as t, anyIf(w, what = 'opened') as w,
    anyIf(mb, what = 'opened') as mb, anyIf(mf, what = 'opened') as mf, anyIf(open_now, what = 'opened') as open_now,
    minIf(o, mark = 1 and not inbound) as asked_o, argMinIf(t, o, mark = 1 and not inbound) as asked_t, argMinIf(w, o, mark = 1 and not inbound) as asked_w,
    minIf(o, mark = 2) as reply_o, argMinIf(t, o, mark = 2) as reply_t, argMinIf(w, o, mark = 2) as reply_w
from steps group by home;

create or replace table waits engine = {kept:end_t} as
with
    arraySort(groupArray((o, t, w, mark, who))) as m,
    arrayCumSum(x -> x.4 = 2, m) as replies, arrayCumSum(x -> x.4 = 1, m) as questions,
    arrayFilter(i -> m[i].4 != 1 or i = 1 or m[i - 1].4 != 1, arrayEnumerate(m)) as bounds,
    arrayFilter(x -> m[x.1].4 = 1, arrayZip(bounds, arrayPushBack(arrayPopFront(bounds), 0))) as spans_of,
    arrayJoin(arrayMap(x -> (m[x.1].1, m[x.1].2, m[x.1].3, m[x.2].4, m[x.2].2, m[x.2].3, questions[x.1] = 1, replies[x.1] = 0, m[x.2].5), spans_of)) as wait
select home, any(channel) as channel, wait.1 as start_o, wait.2 as start_t, wait.3 as start_w, wait.4 as end_mark, wait.5 as end_t, wait.6 as end_w,
    wait.7 as is_first, wait.8 as awaits_first, wait.9 as agent
from steps where kept and mark != 0 group by home;

create or replace table turns engine = Memory as
with
    arraySort(groupArray((o, t, w, class, toString(why), by_agent))) as s,
    arrayMap((x, i) -> (x.1, x.2, x.3, x.4, x.5, x.6, if(i = 1, 1, s[i - 1].4)), s, arrayEnumerate(s)) as paired,
    arrayFilter(x -> x.4 != x.7, paired) as moved,
    arrayFilter(x -> x.7 < 4 and x.4 = 4, moved) as resolving,
    arrayJoin(arrayMap(i -> (moved[i], moved[i - 1].2, moved[i - 1].3, moved[i + 1]), arrayEnumerate(moved))) as turn
select home, any(channel) as channel, any(kept) as kept, turn.1.1 as o, turn.1.2 as t, turn.1.3 as w, turn.1.4 as class, turn.1.5 as why, turn.1.6 as by_agent,
    turn.1.7 as before, turn.2 as prev_t, turn.3 as prev_w, turn.4.7 = 4 and turn.4.4 < 4 and turn.4.1 != 0 as next_reopens, turn.4.2 as next_t,
    turn.4.5 as next_why, turn.4.1 = 0 as is_end, resolving[1].1 as first_o, resolving[-1].1 as last_o,
    turn.1.7 < 4 and turn.1.4 = 4 as resolves, turn.1.7 = 4 and turn.1.4 < 4 as reopens
from steps where what = 'status' group by home;

create or replace table first_responses engine = {kept:channel, start_t} as
select b.channel as channel, b.t as start_t, b.open_now as open_now, b.reply_t as reply_t, b.reply_t - b.t as seconds, b.reply_w - b.w as business_seconds,
    if(b.reply_t = 0, e.t, 0) as ended_at
from begun b left join (select home, t from turns where is_end and class > 3) e on e.home = b.home where b.kept and b.inbound;

create or replace table resolutions engine = {kept:channel, t} as
with dated as (
    select r.*, b.reply_o, b.t as created_t, b.w as created_w, b.asked_t != 0 and b.asked_t <= r.t as since_asked,
        if(since_asked, b.asked_t, b.t) as start_t, if(since_asked, b.asked_w, b.w) as start_w
    from turns r join begun b on b.home = r.home where r.kept and r.resolves),
sessions as (
    select home, min(o) as o from steps s join begun b on b.home = s.home
    where s.kept and s.mark = 2 and (b.inbound or (b.asked_o != 0 and s.o > b.asked_o)) group by home, sitting),
touched as (
    select l.home as home, l.o as o, count() as touches from sessions s join (select home, o from dated where o = last_o) l on l.home = s.home
    where s.o <= l.o group by l.home, l.o),
raised as (
    select l.home as home, l.o as o, count() as raises from steps s join (select home, o from dated where o = last_o) l on l.home = s.home
    where s.what = 'escalated' and s.o <= l.o group by l.home, l.o),
spent as (
    select l.home as home, l.o as o,
        sumIf(greatest(0, r.t - greatest(if(r.prev_t = 0, l.created_t, r.prev_t), l.start_t)), r.before = 1) as us,
        sumIf(greatest(0, r.w - greatest(if(r.prev_t = 0, l.created_w, r.prev_w), l.start_w)), r.before = 1) as us_business,
        sumIf(greatest(0, r.t - greatest(if(r.prev_t = 0, l.created_t, r.prev_t), l.start_t)), r.before = 2) as customer,
        sumIf(greatest(0, r.w - greatest(if(r.prev_t = 0, l.created_w, r.prev_w), l.start_w)), r.before = 3) as third_business
    from turns r join (select * from dated where o = last_o) l on l.home = r.home where r.o <= l.o group by l.home, l.o)
select d.channel as channel, d.t as t, d.o = d.first_o as is_first, d.o = d.last_o as is_last, d.t - d.start_t as seconds, d.w - d.start_w as business_seconds,
    d.why = 'bot' and (d.reply_o = 0 or d.reply_o > d.o) as bot_only, d.next_reopens as next_reopens, d.next_t - d.t as next_after, d.next_why as next_why,
    n.touches as touches, e.raises > 0 as escalated, p.us as us, p.us_business as us_business, p.customer as customer, p.third_business as third_business
from dated d left join touched n on n.home = d.home and n.o = d.o left join raised e on e.home = d.home and e.o = d.o
left join spent p on p.home = d.home and p.o = d.o;

create or replace table stock_moves engine = {kept:channel, t} as
select channel, created_at as t, 1 as delta from cases
union all select channel, t, if(before < 4, -1, 1) from turns where (before < 4) != (class < 4);

create or replace table contacts engine = {kept:channel, t} as
with arraySort(groupArray((o, t))) as calls
select channel, created_at as t from cases where kept and inbound
union all select channel, t from turns where kept and reopens and why = 'customer'
union all
select channel, arrayJoin(arrayMap(x -> x.2, if(inbound and channel not in ('email', 'web', 'sms', 'social'), arrayPopFront(calls), calls))) as t
from (select home, any(channel) as channel, any(inbound) as inbound, min(o) as o, argMin(t, o) as t from steps
    where kept and what in ('queued', 'ringing', 'answered') and not outward group by home, call_id)
group by home, channel, inbound;

create or replace table touches engine = {kept:channel, t} as
select home, channel, t, 1 as kind from steps where kept and what = 'message' and mark = 2
union all select home, channel, t, 2 from steps where kept and what = 'answered'
union all select home, channel, t, 3 from turns where kept and resolves and by_agent;

create or replace table surveys engine = {kept:channel, sent_at} as
select channel, minIf(t, what = 'survey_sent') as sent_at, minIf(t, what = 'survey_answered') as first_answered_at,
    maxIf(t, what = 'survey_answered') as answered_at, argMaxIf(points, o, what = 'survey_answered') as points
from steps where kept and csat != '' and what in ('survey_sent', 'survey_answered') group by home, channel, csat;
