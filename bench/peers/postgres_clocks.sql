-- PostgreSQL: the running of every SLA clock and its due instant. Columns that a cut does not name keep their last value: counted groups
-- stand in for IGNORE NULLS.

drop table if exists raises, timed, pieces, total_due, clocks cascade;
create unlogged table raises as
select distinct on (home) home, t, w, o from steps where kept and type = 'raise' order by home, o;
create index on raises (home);
analyze raises;

create unlogged table timed as
with calls as (select distinct on (home, call) home, call, o, t, w from steps where kept and type = 'queued' order by home, call, o),
call_ends as (
    select distinct on (q.home, q.call) q.home, q.call, s.t, s.w, s.type = 'answered' as answered
    from calls q join steps s on s.home = q.home and s.call = q.call and s.o > q.o
    where (s.type = 'answered' and s.mark = 'r') or s.type in ('abandoned', 'voicemail', 'callback_requested', 'ended')
    order by q.home, q.call, s.o),
instances as (
    select home, case when awaits_first then 'first' else 'next' end as target, start_t, start_w, end_t, end_w, end_mark = 'r' as done from waits
    union all
    select q.home, 'answer', q.t, q.w, e.t, e.w, e.answered from calls q left join call_ends e using (home, call)),
promised as (
    select i.*, c.channel, c.back, c.switches, r.w - i.start_w as before_raise, r.t as raise_t,
        case i.target when 'first' then p.first_reply when 'next' then p.next_reply else p.answer_within end as promise,
        case when not c.urgent and r.t > i.start_t and (i.end_t is null or r.t < i.end_t) then
            case i.target when 'first' then u.first_reply when 'next' then u.next_reply else u.answer_within end end as later
    from instances i join cases c on c.conversation = i.home left join raises r on r.home = i.home
    join promises p on p.channel = c.channel and p.urgent = (c.urgent or coalesce(r.t <= i.start_t, false))
    join promises u on u.channel = c.channel and u.urgent),
swapped as (
    select *, case when before_raise >= promise then null else later end as swap from promised where promise is not null),
aimed as (
    select *, coalesce(swap, promise) as seconds, coalesce(swap < before_raise, false) as used_up, coalesce(swap = before_raise, false)::int as at_once,
        start_w + coalesce(swap, promise) + coalesce(swap = before_raise, false)::int as goal
    from swapped)
select a.channel, a.end_t, a.done, case when used_up then raise_t else d.due_at end as due_at
from aimed a left join lateral (
    select s.start_at + a.goal - coalesce(m.extra, 0) - s.before - a.at_once as due_at
    from (select 1) one
    left join lateral (
        select w.back, w.extra from switches w where a.switches and w.conversation = a.home and w.w < a.goal order by w.o desc limit 1) m on true
    join lateral (
        select start_at, before from spans s where s.cal = case when coalesce(m.back, a.back) then 0 else 1 end
            and s.before < a.goal - coalesce(m.extra, 0) order by s.before desc limit 1) s on true
    where not a.used_up and (a.end_t is null or a.end_w - a.start_w >= a.seconds)) d on true;

create unlogged table pieces as
with ended as (select home, t from turns where kept and is_end and class = 'resolved'),
cuts as (
    select s.home, s.o, s.t, s.w, c.back, 0::bigint as extra, c.urgent, false as paused
    from steps s join cases c on c.conversation = s.home where s.kept and s.type = 'opened' and s.channel <> 'phone'
    union all
    select s.conversation, s.o, s.t, s.w, s.back, s.extra, null, null
    from switches s join cases c using (conversation) where c.kept and c.channel <> 'phone'
    union all
    select r.home, r.o, r.t, r.w, null, null, true, null from raises r join cases c on c.conversation = r.home where c.channel <> 'phone'
    union all
    select home, o, t, w, null, null, null, class = 'resolved' from turns where kept and channel <> 'phone' and 'resolved' in (before, class)),
grouped as (
    select c.*, e.t as until_t, count(back) over win as backs, count(urgent) over win as urgents, count(paused) over win as pauses,
        lead(c.t) over win as next_t, lead(c.w) over win as next_w
    from cuts c left join ended e using (home) where e.t is null or c.t <= e.t window win as (partition by c.home order by c.o)),
filled as (
    select home, t, w, next_t, next_w, until_t, bool_or(back) over (partition by home, backs) as back, max(extra) over (partition by home, backs) as extra,
        bool_or(urgent) over (partition by home, urgents) as urgent, bool_or(paused) over (partition by home, pauses) as paused
    from grouped)
select *, coalesce(sum(next_w - w) over (partition by home order by t rows between unbounded preceding and 1 preceding), 0)::bigint as elapsed
from filled where not paused and (next_t > t or next_t is null) and (until_t is null or t < until_t);

create unlogged table total_due as
with promised as (
    select f.*, p.total_seconds, p.total_days, case when f.back then 0 else 1 end as cal, b.t + {offset} as local_at,
        case when f.back then b.mb else b.mf end as created_open
    from pieces f join begun b using (home) join promises p on p.channel = b.channel and p.urgent = f.urgent),
dated as (
    select p.*, case total_days when 1 then next_1 when 2 then next_2 else next_3 end + local_at % 86400 as same_time
    from promised p join local_days l on l.cal = p.cal and l.day = local_at / 86400 where total_days is not null),
measured as (
    select d.home, d.t, d.next_t, d.cal, d.w - d.extra - d.elapsed - d.created_open as paused,
        case when d.back then n.b_before + greatest(0, least(same_time, n.b_z1) - n.b_a1) + greatest(0, least(same_time, n.b_z2) - n.b_a2)
            else n.f_before + greatest(0, least(same_time, n.f_z1) - n.f_a1) + greatest(0, least(same_time, n.f_z2) - n.f_a2) end as open_before
    from dated d join days n on n.day = same_time / 86400 where d.next_t is null or same_time <= d.next_t),
goals as (
    select home, t, next_t, cal, open_before + greatest(paused, 1) as goal, (paused <= 0)::int as at_once from measured
    union all
    select home, t, next_t, cal, w - extra + total_seconds - elapsed, 0 from promised
    where total_seconds is not null and (next_t is null or next_w - w >= total_seconds - elapsed)),
reached as (
    select g.home, g.t, g.next_t, greatest(s.start_at + g.goal - s.before - g.at_once, g.t) as due_at
    from goals g join lateral (
        select start_at, before from spans s where s.cal = g.cal and s.before < g.goal order by s.before desc limit 1) s on true)
select distinct on (home) home, due_at from reached where next_t is null or due_at <= next_t order by home, t;
create index on total_due (home);
analyze total_due;

create {kept} table clocks as
with all_clocks as (
    select channel, end_t, done, due_at from timed
    union all
    select c.channel, e.t, true, d.due_at from cases c
    left join turns e on e.home = c.conversation and e.is_end and e.class = 'resolved' left join total_due d on d.home = c.conversation
    where c.kept and c.channel <> 'phone')
select channel, least(due_at, case when done then end_t end) as t, coalesce(done and end_t <= coalesce(due_at, end_t), false) as met
from all_clocks
where case when end_t is null then due_at < {now} when done then true else due_at < end_t end;
