-- DuckDB: the running of every SLA clock and its due instant. A target is spent in open seconds of the calendar in force; a change to
-- the urgent policy in mid-clock swaps the target and keeps what has elapsed.

create or replace temp table raises as
select home, min(t) as t, arg_min(w, o) as w, min(o) as o from steps
where kept and type = 'raise' group by home;

create or replace temp table timed as
with calls as (
    select home, call, min(o) as o, arg_min(t, o) as t, arg_min(w, o) as w from steps where kept and type = 'queued' group by home, call),
call_ends as (
    select q.home, q.call, arg_min(s.t, s.o) as t, arg_min(s.w, s.o) as w, arg_min(s.type = 'answered', s.o) as answered
    from calls q join steps s on s.home = q.home and s.call is not distinct from q.call and s.o > q.o
    where (s.type = 'answered' and s.mark = 'r') or s.type in ('abandoned', 'voicemail', 'callback_requested', 'ended')
    group by q.home, q.call),
instances as (
    select home, case when awaits_first then 'first' else 'next' end as target, start_o, start_t, start_w, end_t, end_w, end_mark = 'r' as done
    from waits
    union all
    select q.home, 'answer', q.o, q.t, q.w, e.t, e.w, e.answered
    from calls q left join call_ends e on e.home = q.home and e.call is not distinct from q.call),
promised as (
    select i.*, c.channel, c.back, c.moves, r.w - i.start_w as before_raise, r.t as raise_t,
        case i.target when 'first' then p.first_reply when 'next' then p.next_reply else p.answer_within end as promise,
        case when not c.urgent and r.t > i.start_t and (i.end_t is null or r.t < i.end_t) then
            case i.target when 'first' then u.first_reply when 'next' then u.next_reply else u.answer_within end end as later
    from instances i join cases c on c.conversation = i.home left join raises r on r.home = i.home
    join promises p on p.channel = c.channel and p.urgent = (c.urgent or coalesce(r.t <= i.start_t, false))
    join promises u on u.channel = c.channel and u.urgent),
swapped as (
    select * replace (case when before_raise >= promise then null else later end as later) from promised where promise is not null)
select *, coalesce(later, promise) as seconds, later < before_raise as used_up, coalesce(later = before_raise, false)::int as at_once,
    start_w + coalesce(later, promise) + coalesce(later = before_raise, false)::int as goal
from swapped;

create or replace temp table timed_due as
with late as (
    select home, target, start_o, at_once, goal,
        case when moves is null then null else list_filter(moves, lambda m: m.w < goal)[-1] end as move, back
    from timed where not coalesce(used_up, false) and (end_t is null or end_w - start_w >= seconds)),
placed as (
    select *, case when coalesce(move.back, back) then 0 else 1 end as cal, goal - coalesce(move.extra, 0) as open_goal from late)
select p.home, p.target, p.start_o, s.start_at + p.open_goal - s.before - p.at_once as due_at
from placed p asof join spans s on s.cal = p.cal and p.open_goal > s.before;

-- From the creation to the last resolution, standing while resolved: pieces of one calendar and one policy.
create or replace temp table pieces as
with ended as (select home, t from turns where kept and is_end and class = 'resolved'),
cuts as (
    select s.home, s.o, s.t, s.w, c.back, 0::bigint as extra, c.urgent, false as paused
    from steps s join cases c on c.conversation = s.home where s.kept and s.type = 'opened' and s.channel <> 'phone'
    union all
    select c.conversation, m.o, m.t, m.w, m.back, m.extra, null, null
    from (select conversation, unnest(moves) as m from cases where kept and channel <> 'phone' and moves is not null) c
    union all
    select home, o, t, w, null, null, true, null from raises
    union all
    select home, o, t, w, null, null, null, class = 'resolved' from turns where kept and channel <> 'phone' and 'resolved' in (before, class)),
filled as (
    select c.home, c.t, c.w, last_value(back ignore nulls) over win as back, last_value(extra ignore nulls) over win as extra,
        last_value(urgent ignore nulls) over win as urgent, last_value(paused ignore nulls) over win as paused,
        lead(c.t) over win as next_t, lead(c.w) over win as next_w
    from cuts c left join ended e using (home) where e.t is null or c.t <= e.t
    window win as (partition by c.home order by c.o))
select f.*, c.channel, c.created_at, coalesce(sum(f.next_w - f.w) over (
        partition by home order by f.t rows between unbounded preceding and 1 preceding), 0)::bigint as elapsed
from filled f join cases c on c.conversation = f.home left join ended e using (home)
where not paused and (f.next_t > f.t or f.next_t is null) and (e.t is null or f.t < e.t);

create or replace temp table total_due as
with promised as (
    select f.*, p.total_seconds, p.total_days, case when f.back then 0 else 1 end as cal, f.created_at + zone_offset(f.created_at) as local_at
    from pieces f join promises p on p.channel = f.channel and p.urgent = f.urgent),
dated as (
    select p.*, case total_days when 1 then next_1 when 2 then next_2 else next_3 end + local_at % 86400 as same_time
    from promised p join local_days l on l.cal = p.cal and l.day = local_at // 86400 where total_days is not null),
measured as (
    select d.home, d.t, d.next_t, d.cal,
        case when d.back then n.b_before + greatest(0, least(same_time, n.b_z1) - n.b_a1) + greatest(0, least(same_time, n.b_z2) - n.b_a2)
            else n.f_before + greatest(0, least(same_time, n.f_z1) - n.f_a1) + greatest(0, least(same_time, n.f_z2) - n.f_a2) end as open_before,
        d.w - d.extra - d.elapsed - case when d.back then s.mb else s.mf end as paused
    from dated d join days n on n.day = same_time // 86400 join steps s on s.home = d.home and s.type = 'opened'
    where d.next_t is null or same_time <= d.next_t),
goals as (
    select home, t, next_t, cal, open_before + greatest(paused, 1) as goal, (paused <= 0)::int as at_once from measured
    union all
    select home, t, next_t, cal, w - extra + total_seconds - elapsed, 0 from promised
    where total_seconds is not null and (next_t is null or next_w - w >= total_seconds - elapsed)),
reached as (
    select g.home, g.t, g.next_t, greatest(s.start_at + g.goal - s.before - g.at_once, g.t) as due_at
    from goals g asof join spans s on s.cal = g.cal and g.goal > s.before)
select home, arg_min(due_at, t) as due_at from reached where next_t is null or due_at <= next_t group by home;

create or replace table clocks as
with all_clocks as (
    select t.channel, t.end_t, t.done, case when used_up then raise_t else d.due_at end as due_at
    from timed t left join timed_due d on d.home = t.home and d.target = t.target and d.start_o = t.start_o
    union all
    select c.channel, e.t, true, d.due_at from cases c
    left join turns e on e.home = c.conversation and e.is_end and e.class = 'resolved' left join total_due d on d.home = c.conversation
    where c.kept and c.channel <> 'phone')
select channel, least(due_at, case when done then end_t end) as t, coalesce(done and end_t <= coalesce(due_at, end_t), false) as met
from all_clocks
where case when end_t is null then due_at < {now} when done then true else due_at < end_t end;
