-- DuckDB: from raw events to the facts that the board needs. Windows, hash joins on days, ASOF joins for due instants.
-- `source` holds the events; days, spans, local_days, promises and the macro zone_offset come from the rules.
-- The order within a conversation is one integer, o: second and seq. Channels do not change in this shop, so a conversation has one.

create or replace temp table own as
select conversation, epoch_ms("at") // 1000 as t, (epoch_ms("at") // 1000) * 1000000 + coalesce(seq, 0) as o,
    (case when type = 'field' then 'raise' else type end)::kinds as type, actor_kind = 'agent' as by_agent,
    case
        when type = 'message' and actor_kind = 'customer' and coalesce(public, true) then 'q'
        when type = 'message' and actor_kind = 'agent' and coalesce(public, true) and coalesce(via, 'human') in ('human', 'macro', 'echo') then 'r'
        when type = 'answered' and actor_kind <> 'bot' then 'r'
        when type = 'status' and status in ('solved', 'closed', 'spam', 'deleted', 'merged') then 'x'
        when type = 'abandoned' then 'x'
    end::marks as mark,
    case when type <> 'status' then null when status in ('new', 'open', 'snoozed') then 'us' when status = 'pending' then 'customer'
        when status = 'hold' then 'third' when status in ('solved', 'closed') then 'resolved' else 'removed' end::classes as class,
    case when type = 'status' then coalesce(cause, case actor_kind when 'light_agent' then 'agent' else actor_kind end) end as cause,
    case when (type = 'message' and actor_kind = 'agent') or type = 'answered'
        then coalesce(case when type = 'message' then session else call end, 'event ' || id) end as session,
    case when type = 'message' then actor when type = 'answered' then coalesce(agent, actor) end as who,
    case when type = 'opened' then channel end as channel,
    case when type = 'opened' then coalesce(origin, case when actor_kind = 'customer' then 'customer' else 'agent' end) = 'customer' end as inbound,
    case when type = 'opened' then coalesce(priority in ('high', 'urgent'), false) end as urgent,
    case when type in ('opened', 'assigned') then team in ({back_teams}) end as back,
    case when type = 'status' then status end as status, "into",
    case when type not in ('opened', 'message', 'status', 'assigned') then call end as call, coalesce(direction = 'out', false) as outward,
    case when kind = 'csat' then survey end as survey, score
from source
where conversation is not null
    and type in ('opened', 'message', 'status', 'assigned', 'field', 'escalated', 'queued', 'ringing', 'answered', 'abandoned',
                 'voicemail', 'callback_requested', 'ended', 'survey_sent', 'survey_answered')
    and (type <> 'field' or (field = 'priority' and value in ('high', 'urgent')));

-- The calendar of a conversation moves with its team. Business time since the beginning is one running number, w: open seconds of the
-- calendar in force, plus what the earlier ones had more (or less).
create or replace temp table switches as
with moved as (
    select conversation, t, o, back, lag(back) over (partition by conversation order by o) as before from own where back is not null),
measured as (
    select m.conversation, m.t, m.o, m.back,
        b_before + greatest(0, least(t, b_z1) - b_a1) + greatest(0, least(t, b_z2) - b_a2) as mb,
        f_before + greatest(0, least(t, f_z1) - f_a1) + greatest(0, least(t, f_z2) - f_a2) as mf
    from moved m join days on day = t // 86400 where before is not null and before <> back),
summed as (
    select *, sum(case when back then mf - mb else mb - mf end) over (partition by conversation order by o)::bigint as extra
    from measured)
select conversation, list({t: t, o: o, back: back, extra: extra, w: case when back then mb else mf end + extra} order by o) as moves
from summed group by conversation;

create or replace table cases as
with last_status as (
    select conversation, arg_max(status, o) as status, arg_max("into", o) as target from own where type = 'status' group by conversation),
opened as (
    select o.conversation, o.t as created_at, o.channel, o.inbound, o.urgent, coalesce(o.back, false) as back, s.moves,
        coalesce(l.status, 'new') as final_status, case when l.status = 'merged' then l.target end as target
    from own o left join last_status l using (conversation) left join switches s using (conversation) where o.type = 'opened')
select o.*, coalesce(p.target, o.target) as merged_into, o.final_status not in ('spam', 'deleted', 'merged') as kept
from opened o left join opened p on p.conversation = o.target;

-- Everything that happened in a conversation, with the messages of those merged into it; an opening by the customer is one.
create or replace temp table steps as
with homes as (
    select conversation, conversation as home, channel, inbound, kept, back, moves, false as adopted from cases
    union all
    select a.conversation, c.conversation, c.channel, c.inbound, c.kept, c.back, c.moves, true
    from cases a join cases c on c.conversation = a.merged_into),
placed as (
    select h.home, h.channel, h.inbound, h.kept, h.back, h.moves, e.t, e.o, case when h.adopted then 'message'::kinds else e.type end as type, e.by_agent, e.class, e.cause, e.session, e.who, e.call, e.outward,
        e.survey, e.score, case when e.type = 'opened' and e.inbound then 'q'::marks else e.mark end as mark,
        b_before + greatest(0, least(t, b_z1) - b_a1) + greatest(0, least(t, b_z2) - b_a2) as mb,
        f_before + greatest(0, least(t, f_z1) - f_a1) + greatest(0, least(t, f_z2) - f_a2) as mf,
        (t >= b_a1 and t < b_z1) or (t >= b_a2 and t < b_z2) as b_open,
        (t >= f_a1 and t < f_z1) or (t >= f_a2 and t < f_z2) as f_open
    from own e join homes h using (conversation) join days on day = e.t // 86400
    where not h.adopted or e.type = 'message' or (e.type = 'opened' and e.inbound)),
moved as (
    select *, case when moves is null then null else list_filter(moves, lambda m: m.t <= t)[-1] end as move from placed)
select * exclude (moves, move, back, b_open, f_open),
    case when coalesce(move.back, back) then mb else mf end + coalesce(move.extra, 0) as w,
    case when coalesce(move.back, back) then b_open else f_open end as open_now
from moved;

create or replace table waits as
with marked as (
    select home, channel, o, t, w, mark, who, lag(mark) over win as before,
        count(*) filter (mark = 'r') over win as replies, count(*) filter (mark = 'q') over win as questions
    from steps where kept and mark is not null window win as (partition by home order by o)),
bounds as (
    select *, lead(mark) over win as end_mark, lead(t) over win as end_t, lead(w) over win as end_w, lead(who) over win as agent
    from marked where mark <> 'q' or before is distinct from 'q' window win as (partition by home order by o))
select home, channel, agent, o as start_o, t as start_t, w as start_w, end_mark, end_t, end_w, questions = 1 as is_first, replies = 0 as awaits_first
from bounds where mark = 'q';

create or replace temp table answers as
select home, min(o) as reply_o, arg_min(t, o) as reply_t, arg_min(w, o) as reply_w from steps where kept and mark = 'r' group by home;

create or replace temp table asked as
select home, min(o) as asked_o, arg_min(t, o) as asked_t, arg_min(w, o) as asked_w from steps
where kept and not inbound and mark = 'q' group by home;

-- Moves between classes of status.
create or replace temp table turns as
with moved as (
    select home, channel, kept, inbound, o, t, w, class, by_agent, cause,
        coalesce(lag(class) over (partition by home order by o), 'us') as before
    from steps where type = 'status'),
turned as (
    select *, before in ('us', 'customer', 'third') and class = 'resolved' as resolves,
        before = 'resolved' and class in ('us', 'customer', 'third') as reopens
    from moved where class <> before)
select *, lag(t) over win as prev_t, lag(w) over win as prev_w,
    lead(reopens) over win as next_reopens, lead(t) over win as next_t, lead(cause) over win as next_cause,
    max(o) filter (resolves) over (partition by home) as last_o, min(o) filter (resolves) over (partition by home) as first_o,
    lead(o) over win is null as is_end
from turned window win as (partition by home order by o);

create or replace table first_responses as
select c.channel, s.t as start_t, s.open_now, a.reply_t, a.reply_t - s.t as seconds, a.reply_w - s.w as business_seconds,
    case when a.reply_t is null then e.t end as ended_at
from cases c join steps s on s.home = c.conversation and s.type = 'opened'
left join answers a on a.home = c.conversation
left join turns e on e.home = c.conversation and e.is_end and e.class in ('resolved', 'removed')
where c.kept and c.inbound;

create or replace table resolutions as
with sessions as (
    select home, min(s.o) as o from steps s left join asked a using (home)
    where kept and mark = 'r' and (inbound or s.o > a.asked_o)
    group by home, session),
touches as (
    select l.home, count(*) as touches from sessions s join turns l on l.home = s.home and l.o = l.last_o and s.o <= l.o group by l.home),
raised as (
    select distinct l.home from steps s join turns l on l.home = s.home and l.o = l.last_o and s.o <= l.o where s.type = 'escalated'),
begun as (
    select s.home, s.t, s.w, a.asked_t, a.asked_w from steps s left join asked a using (home) where s.kept and s.type = 'opened'),
dated as (
    select r.*, case when asked_t <= r.t then asked_t else b.t end as start_t, case when asked_t <= r.t then asked_w else b.w end as start_w
    from turns r join begun b using (home) where r.kept and r.resolves),
spent as (
    select l.home,
        sum(greatest(0, r.t - greatest(coalesce(r.prev_t, b.t), l.start_t))) filter (r.before = 'us') as us,
        sum(greatest(0, r.w - greatest(coalesce(r.prev_w, b.w), l.start_w))) filter (r.before = 'us') as us_business,
        sum(greatest(0, r.t - greatest(coalesce(r.prev_t, b.t), l.start_t))) filter (r.before = 'customer') as customer,
        sum(greatest(0, r.w - greatest(coalesce(r.prev_w, b.w), l.start_w))) filter (r.before = 'third') as third_business
    from dated l join turns r on r.home = l.home and r.o <= l.o join begun b on b.home = l.home
    where l.o = l.last_o group by l.home)
select d.channel, d.t, d.o = d.first_o as is_first, d.o = d.last_o as is_last, d.t - d.start_t as seconds, d.w - d.start_w as business_seconds,
    d.cause = 'bot' and coalesce(a.reply_o > d.o, true) as bot_only,
    d.next_reopens, d.next_t - d.t as next_after, d.next_cause, coalesce(n.touches, 0) as touches, e.home is not null as escalated,
    coalesce(p.us, 0)::bigint as us, coalesce(p.us_business, 0)::bigint as us_business, coalesce(p.customer, 0)::bigint as customer,
    coalesce(p.third_business, 0)::bigint as third_business
from dated d left join answers a using (home) left join touches n on n.home = d.home and d.o = d.last_o
left join raised e on e.home = d.home and d.o = d.last_o left join spent p on p.home = d.home and d.o = d.last_o;

create or replace table stock_moves as
select channel, created_at as t, 1 as delta from cases
union all select channel, t, -1 from turns where before in ('us', 'customer', 'third') and class in ('resolved', 'removed')
union all select channel, t, 1 from turns where before in ('resolved', 'removed') and class in ('us', 'customer', 'third');

create or replace table contacts as
with calls as (
    select home, channel, inbound, call, min(o) as o, arg_min(t, o) as t from steps
    where kept and type in ('queued', 'ringing', 'answered') and not outward group by all),
numbered as (select *, row_number() over (partition by home order by o) as number from calls)
select channel, created_at as t from cases where kept and inbound
union all select channel, t from turns where kept and reopens and cause = 'customer'
union all select channel, t from numbered where number > 1 or not inbound or channel in ('email', 'web', 'sms', 'social');

create or replace table touches as
select home, channel, t, 'reply' as kind from steps where kept and type = 'message' and mark = 'r'
union all select home, channel, t, 'call' from steps where kept and type = 'answered'
union all select home, channel, t, 'resolution' from turns where kept and resolves and by_agent;

create or replace table surveys as
select channel, min(t) filter (type = 'survey_sent') as sent_at, min(t) filter (type = 'survey_answered') as first_answered_at,
    max(t) filter (type = 'survey_answered') as answered_at, arg_max(score, o) filter (type = 'survey_answered') as score
from steps where kept and survey is not null and type in ('survey_sent', 'survey_answered') group by home, channel, survey;
