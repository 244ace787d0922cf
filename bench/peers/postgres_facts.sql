-- PostgreSQL: staged tables as a dbt package would build them, with windows, DISTINCT ON and lateral joins. `events` holds the source.

drop table if exists own, switches, cases, steps, waits, answers, asked, turns, begun, resolutions, stock_moves, contacts, touches, surveys cascade;
create unlogged table own as
select conversation, t, t * 1000000 + coalesce(seq, 0) as o, case when type = 'field' then 'raise' else type end as type,
    actor_kind = 'agent' as by_agent,
    case
        when type = 'message' and actor_kind = 'customer' and coalesce(public, true) then 'q'
        when type = 'message' and actor_kind = 'agent' and coalesce(public, true) and coalesce(via, 'human') in ('human', 'macro', 'echo') then 'r'
        when type = 'answered' and actor_kind <> 'bot' then 'r'
        when type = 'status' and status in ('solved', 'closed', 'spam', 'deleted', 'merged') then 'x'
        when type = 'abandoned' then 'x'
    end as mark,
    case when type <> 'status' then null when status in ('new', 'open', 'snoozed') then 'us' when status = 'pending' then 'customer'
        when status = 'hold' then 'third' when status in ('solved', 'closed') then 'resolved' else 'removed' end as class,
    case when type = 'status' then coalesce(cause, case actor_kind when 'light_agent' then 'agent' else actor_kind end) end as cause,
    case when (type = 'message' and actor_kind = 'agent') or type = 'answered'
        then coalesce(case when type = 'message' then session else call end, 'event ' || id) end as session,
    case when type = 'message' then actor when type = 'answered' then coalesce(agent, actor) end as who,
    case when type = 'opened' then channel end as channel,
    coalesce(origin, case when actor_kind = 'customer' then 'customer' else 'agent' end) = 'customer' as inbound,
    coalesce(priority in ('high', 'urgent'), false) as urgent,
    case when type in ('opened', 'assigned') then team in ({back_teams}) end as back,
    case when type = 'status' then status end as status, "into" as target,
    case when type not in ('opened', 'message', 'status', 'assigned') then call end as call, coalesce(direction = 'out', false) as outward,
    case when kind = 'csat' then survey end as survey, score
from {source}
where conversation is not null
    and type in ('opened', 'message', 'status', 'assigned', 'field', 'escalated', 'queued', 'ringing', 'answered', 'abandoned',
                 'voicemail', 'callback_requested', 'ended', 'survey_sent', 'survey_answered')
    and (type <> 'field' or (field = 'priority' and value in ('high', 'urgent')));
analyze own;

create unlogged table switches as
with moved as (
    select conversation, t, o, back, lag(back) over (partition by conversation order by o) as before from own where back is not null),
measured as (
    select m.*, b_before + greatest(0, least(t, b_z1) - b_a1) + greatest(0, least(t, b_z2) - b_a2) as mb,
        f_before + greatest(0, least(t, f_z1) - f_a1) + greatest(0, least(t, f_z2) - f_a2) as mf
    from moved m join days on day = t / 86400 where before <> back),
summed as (
    select *, sum(case when back then mf - mb else mb - mf end) over (partition by conversation order by o)::bigint as extra from measured)
select conversation, t, o, back, extra, case when back then mb else mf end + extra as w from summed;
create index on switches (conversation, o);
analyze switches;

create unlogged table cases as
with last_status as (
    select distinct on (conversation) conversation, status, target from own where type = 'status' order by conversation, o desc),
opened as (
    select o.conversation, o.t as created_at, o.channel, o.inbound, o.urgent, coalesce(o.back, false) as back,
        coalesce(l.status, 'new') as final_status, case when l.status = 'merged' then l.target end as target
    from own o left join last_status l using (conversation) where o.type = 'opened')
select o.*, coalesce(p.target, o.target) as merged_into, o.final_status not in ('spam', 'deleted', 'merged') as kept,
    exists (select from switches s where s.conversation = o.conversation) as switches
from opened o left join opened p on p.conversation = o.target;
create index on cases (conversation);
analyze cases;

create unlogged table steps as
with homes as (
    select conversation, conversation as home, channel, inbound, kept, back, switches, false as adopted from cases
    union all
    select a.conversation, c.conversation, c.channel, c.inbound, c.kept, c.back, c.switches, true
    from cases a join cases c on c.conversation = a.merged_into),
placed as (
    select h.home, h.channel, h.inbound, h.kept, e.t, e.o, case when h.adopted then 'message' else e.type end as type, e.by_agent, e.class, e.cause, e.session, e.who, e.call, e.outward, e.survey, e.score,
        case when e.type = 'opened' and e.inbound then 'q' else e.mark end as mark, coalesce(m.back, h.back) as back, coalesce(m.extra, 0) as extra,
        b_before + greatest(0, least(e.t, b_z1) - b_a1) + greatest(0, least(e.t, b_z2) - b_a2) as mb,
        f_before + greatest(0, least(e.t, f_z1) - f_a1) + greatest(0, least(e.t, f_z2) - f_a2) as mf,
        (e.t >= b_a1 and e.t < b_z1) or (e.t >= b_a2 and e.t < b_z2) as b_open,
        (e.t >= f_a1 and e.t < f_z1) or (e.t >= f_a2 and e.t < f_z2) as f_open
    from own e join homes h using (conversation) join days on day = e.t / 86400
    left join lateral (
        select s.back, s.extra from switches s where h.switches and s.conversation = h.home and s.t <= e.t order by s.o desc limit 1) m on true
    where not h.adopted or e.type = 'message' or (e.type = 'opened' and e.inbound))
select home, channel, inbound, kept, t, o, type, by_agent, class, cause, session, who, call, outward, survey, score, mark, mb, mf,
    case when back then mb else mf end + extra as w, case when back then b_open else f_open end as open_now
from placed;
create index on steps (home, o);
analyze steps;

create {kept} table waits as
with marked as (
    select home, channel, o, t, w, mark, who, lag(mark) over win as before,
        count(*) filter (where mark = 'r') over win as replies, count(*) filter (where mark = 'q') over win as questions
    from steps where kept and mark is not null window win as (partition by home order by o)),
bounds as (
    select *, lead(mark) over win as end_mark, lead(t) over win as end_t, lead(w) over win as end_w, lead(who) over win as agent
    from marked where mark <> 'q' or before is distinct from 'q' window win as (partition by home order by o))
select home, channel, agent, o as start_o, t as start_t, w as start_w, end_mark, end_t, end_w, questions = 1 as is_first, replies = 0 as awaits_first
from bounds where mark = 'q';

create unlogged table turns as
with moved as (
    select home, channel, kept, o, t, w, class, by_agent, cause, coalesce(lag(class) over (partition by home order by o), 'us') as before
    from steps where type = 'status'),
turned as (
    select *, before in ('us', 'customer', 'third') and class = 'resolved' as resolves,
        before = 'resolved' and class in ('us', 'customer', 'third') as reopens
    from moved where class <> before)
select *, lag(t) over win as prev_t, lag(w) over win as prev_w,
    coalesce(lead(reopens) over win, false) as next_reopens, lead(t) over win as next_t, lead(cause) over win as next_cause,
    max(o) filter (where resolves) over (partition by home) as last_o, min(o) filter (where resolves) over (partition by home) as first_o,
    lead(o) over win is null as is_end
from turned window win as (partition by home order by o);
create index on turns (home, o);
analyze turns;

create {kept} table begun as
with asked as (select distinct on (home) home, o, t, w from steps where kept and not inbound and mark = 'q' order by home, o),
answers as (select distinct on (home) home, o, t, w from steps where kept and mark = 'r' order by home, o)
select s.home, s.channel, s.inbound, s.t, s.w, s.mb, s.mf, s.open_now, a.o as asked_o, a.t as asked_t, a.w as asked_w,
    r.o as reply_o, r.t as reply_t, r.w as reply_w, e.t as ended_at, e.class as ended_in
from steps s left join asked a using (home) left join answers r using (home)
left join turns e on e.home = s.home and e.is_end and e.class in ('resolved', 'removed')
where s.kept and s.type = 'opened';
create index on begun (home);
analyze begun;

create {kept} table resolutions as
with dated as (
    select r.*, b.reply_o, b.t as begun_t, b.w as begun_w, case when b.asked_t <= r.t then b.asked_t else b.t end as start_t,
        case when b.asked_t <= r.t then b.asked_w else b.w end as start_w
    from turns r join begun b using (home) where r.kept and r.resolves),
sessions as (
    select s.home, min(s.o) as o from steps s join begun b using (home)
    where s.kept and s.mark = 'r' and (b.inbound or s.o > b.asked_o) group by s.home, s.session),
touched as (select l.home, count(*) as touches from sessions s join dated l on l.home = s.home and l.o = l.last_o and s.o <= l.o group by l.home),
raised as (select distinct l.home from steps s join dated l on l.home = s.home and l.o = l.last_o and s.o <= l.o where s.type = 'escalated'),
spent as (
    select l.home,
        sum(greatest(0, r.t - greatest(coalesce(r.prev_t, l.begun_t), l.start_t))) filter (where r.before = 'us') as us,
        sum(greatest(0, r.w - greatest(coalesce(r.prev_w, l.begun_w), l.start_w))) filter (where r.before = 'us') as us_business,
        sum(greatest(0, r.t - greatest(coalesce(r.prev_t, l.begun_t), l.start_t))) filter (where r.before = 'customer') as customer,
        sum(greatest(0, r.w - greatest(coalesce(r.prev_w, l.begun_w), l.start_w))) filter (where r.before = 'third') as third_business
    from dated l join turns r on r.home = l.home and r.o <= l.o where l.o = l.last_o group by l.home)
select d.channel, d.t, d.o = d.first_o as is_first, d.o = d.last_o as is_last, d.t - d.start_t as seconds, d.w - d.start_w as business_seconds,
    d.cause = 'bot' and coalesce(d.reply_o > d.o, true) as bot_only,
    d.next_reopens, d.next_t - d.t as next_after, d.next_cause, coalesce(n.touches, 0) as touches, e.home is not null as escalated,
    coalesce(p.us, 0) as us, coalesce(p.us_business, 0) as us_business, coalesce(p.customer, 0) as customer, coalesce(p.third_business, 0) as third_business
from dated d left join touched n on n.home = d.home and d.o = d.last_o left join raised e on e.home = d.home and d.o = d.last_o
left join spent p on p.home = d.home and d.o = d.last_o;

create {kept} table stock_moves as
select channel, created_at as t, 1 as delta from cases
union all select channel, t, -1 from turns where before in ('us', 'customer', 'third') and class in ('resolved', 'removed')
union all select channel, t, 1 from turns where before in ('resolved', 'removed') and class in ('us', 'customer', 'third');

create {kept} table contacts as
with calls as (
    select distinct on (home, call) home, channel, inbound, call, o, t from steps
    where kept and type in ('queued', 'ringing', 'answered') and not outward order by home, call, o),
numbered as (select *, row_number() over (partition by home order by o) as number from calls)
select channel, t from begun where inbound
union all select channel, t from turns where kept and reopens and cause = 'customer'
union all select channel, t from numbered where number > 1 or not inbound or channel in ('email', 'web', 'sms', 'social');

create {kept} table touches as
select home, channel, t, 'reply' as kind from steps where kept and type = 'message' and mark = 'r'
union all select home, channel, t, 'call' from steps where kept and type = 'answered'
union all select home, channel, t, 'resolution' from turns where kept and resolves and by_agent;

create {kept} table surveys as
select channel, min(t) filter (where type = 'survey_sent') as sent_at, min(t) filter (where type = 'survey_answered') as first_answered_at,
    max(t) filter (where type = 'survey_answered') as answered_at, (array_agg(score order by o desc) filter (where type = 'survey_answered'))[1] as score
from steps where kept and survey is not null and type in ('survey_sent', 'survey_answered') group by home, channel, survey;
