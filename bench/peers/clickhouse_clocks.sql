-- ClickHouse: the running of every SLA clock and its due instant; 0 stands for none.

create or replace table raises engine = Memory as
select home, argMin(t, o) as t, argMin(w, o) as w, min(s.o) as o from steps s where kept and what = 'raise' group by home;

create or replace table timed engine = Memory as
with calls as (
    select home, call_id, min(s.o) as first_o, argMin(t, s.o) as t, argMin(w, s.o) as w from steps s where kept and what = 'queued' group by home, call_id),
call_ends as (
    select q.home as home, q.call_id as call_id, argMin(s.t, s.o) as t, argMin(s.w, s.o) as w, argMin(s.what = 'answered', s.o) as answered
    from steps s join calls q on q.home = s.home and q.call_id = s.call_id
    where s.o > q.first_o and ((s.what = 'answered' and s.mark = 2) or s.what in ('abandoned', 'voicemail', 'callback_requested', 'ended'))
    group by q.home, q.call_id),
instances as (
    select home, if(awaits_first, 1, 2) as target, start_o, start_t, start_w, end_t, end_w, end_mark = 2 as done from waits
    union all
    select q.home, 3, q.first_o, q.t, q.w, e.t, e.w, e.answered from calls q left join call_ends e on e.home = q.home and e.call_id = q.call_id)
select i.home as home, i.target as target, i.start_o as start_o, i.start_t as start_t, i.end_t as end_t, i.end_w as end_w, i.start_w as start_w, i.done as done,
    c.channel as channel, c.back as back, c.moves as moves, r.t as raise_t, r.w - i.start_w as before_raise,
    [p.first_reply, p.next_reply, p.answer_within][i.target] as promise,
    not c.urgent and r.t > i.start_t and (i.end_t = 0 or r.t < i.end_t) and before_raise < promise as swapped,
    if(swapped, [u.first_reply, u.next_reply, u.answer_within][i.target], promise) as seconds,
    swapped and seconds < before_raise as used_up, swapped and seconds = before_raise as at_once, i.start_w + seconds + at_once as goal
from instances i join cases c on c.conversation = i.home left join raises r on r.home = i.home
join promises p on p.channel = c.channel and p.urgent = (c.urgent or (r.t != 0 and r.t <= i.start_t))
join (select * from promises where urgent) u on u.channel = c.channel
where promise != 0;

create or replace table timed_due engine = Memory as
with late as (
    select home, target, start_o, at_once, arrayLastIndex(m -> m.5 < goal, moves) as piece,
        if(piece = 0, back, moves[piece].3) as back_now, goal - moves[piece].4 as open_goal, if(back_now, 0, 1) as cal
    from timed where not used_up and (end_t = 0 or end_w - start_w >= seconds))
select p.home as home, p.target as target, p.start_o as start_o, s.start_at + p.open_goal - s.before - p.at_once as due_at
from late p asof join spans s on s.cal = p.cal and p.open_goal > s.before;

-- Pieces of a conversation's life until its last resolution, each of one calendar and one policy, without the time while resolved.
create or replace table pieces engine = Memory as
with
    arraySort(x -> x.1, groupArray((o, t, w, back, extra, urgent, paused))) as raw,
    anyIf(end_o, end_o != 0) as until_o,
    arrayFilter(x -> until_o = 0 or x.1 <= until_o, raw) as cuts,
    -- 2 stands for "as before".
    arrayFill(x -> x.1 != 2, arrayMap(x -> (x.4, x.5), cuts)) as calendars,
    arrayFill(x -> x != 2, arrayMap(x -> x.6, cuts)) as policies,
    arrayFill(x -> x != 2, arrayMap(x -> x.7, cuts)) as pauses,
    arrayMap((x, c, p, z, i) -> (x.2, x.3, c.1, c.2, p, z, cuts[i + 1].2, cuts[i + 1].3, i = length(cuts)), cuts, calendars, policies, pauses, arrayEnumerate(cuts)) as lives,
    arrayFilter(x -> x.6 = 0 and (if(x.9, until_o = 0, x.7 > x.1)), lives) as running,
    arrayCumSum(x -> if(x.9, 0, x.8 - x.2), running) as spent,
    arrayJoin(arrayMap((x, i) -> (x, if(i = 1, 0, spent[i - 1])), running, arrayEnumerate(running))) as piece
select home, any(channel) as channel, piece.1.1 as t, piece.1.2 as w, piece.1.3 as back, piece.1.4 as extra, piece.1.5 as urgent,
    if(piece.1.9, 0, piece.1.7) as next_t, piece.1.8 as next_w, toInt64(piece.2) as elapsed
from (
    select s.home as home, s.channel as channel, s.o as o, s.t as t, s.w as w, toUInt8(c.back) as back, toInt64(0) as extra, toUInt8(c.urgent) as urgent, toUInt8(0) as paused, toInt64(0) as end_o
    from steps s join cases c on c.conversation = s.home where s.kept and s.what = 'opened' and s.channel != 'phone'
    union all
    select conversation, channel, m.2, m.1, m.5, m.3, m.4, 2, 2, 0
    from (select conversation, channel, arrayJoin(moves) as m from cases where kept and channel != 'phone')
    union all
    select home, '', o, t, w, 2, 0, 1, 2, 0 from raises
    union all
    select home, channel, o, t, w, 2, 0, 2, if(class = 4, 1, 0), if(is_end and class = 4, o, 0) from turns
    where kept and channel != 'phone' and (before = 4 or class = 4))
group by home having countIf(channel != '') > 0;

create or replace table promised engine = Memory as
select f.home as home, f.t as t, f.w as w, f.back as back, f.extra as extra, f.next_t as next_t, f.next_w as next_w, f.elapsed as elapsed,
        p.total_seconds as total_seconds, p.total_days as total_days, if(f.back, 0, 1) as cal, if(f.back, b.mb, b.mf) as created_open,
        b.t + {offset} as local_at
    from pieces f join begun b on b.home = f.home join promises p on p.channel = b.channel and p.urgent = f.urgent;

create or replace table dated_totals engine = Memory as
select p.*, [l.next_1, l.next_2, l.next_3][p.total_days] + p.local_at % 86400 as same_time
    from promised p join local_days l on l.cal = p.cal and l.day = intDiv(p.local_at, 86400) where p.total_days != 0;

create or replace table total_due engine = Memory as
with measured as (
    select d.home as home, d.t as t, d.next_t as next_t, d.cal as cal, d.w - d.extra - d.elapsed - d.created_open as paused,
        if(d.back, n.b_before + greatest(0, least(same_time, n.b_z1) - n.b_a1) + greatest(0, least(same_time, n.b_z2) - n.b_a2),
            n.f_before + greatest(0, least(same_time, n.f_z1) - n.f_a1) + greatest(0, least(same_time, n.f_z2) - n.f_a2)) as open_before
    from dated_totals d join days n on n.day = intDiv(d.same_time, 86400) where d.next_t = 0 or d.same_time <= d.next_t),
goals as (
    select home, t, next_t, cal, open_before + greatest(paused, 1) as goal, toInt64(paused <= 0) as at_once from measured
    union all
    select home, t, next_t, cal, w - extra + total_seconds - elapsed, 0 from promised
    where total_seconds != 0 and (next_t = 0 or next_w - w >= total_seconds - elapsed)),
reached as (
    select g.home as home, g.t as t, g.next_t as next_t, greatest(s.start_at + g.goal - s.before - g.at_once, g.t) as due
    from goals g asof join spans s on s.cal = g.cal and g.goal > s.before)
select home, argMin(due, t) as due_at from reached where next_t = 0 or due <= next_t group by home;

create or replace table clocks engine = {kept:channel, t} as
with all_clocks as (
    select t.channel as channel, t.end_t as end_t, t.done as done, if(t.used_up, t.raise_t, d.due_at) as due
    from timed t left join timed_due d on d.home = t.home and d.target = t.target and d.start_o = t.start_o
    union all
    select c.channel, e.t, true, d.due_at from cases c
    left join (select home, t from turns where is_end and class = 4) e on e.home = c.conversation left join total_due d on d.home = c.conversation
    where c.kept and c.channel != 'phone')
select channel, if(done and end_t != 0 and (due = 0 or end_t < due), end_t, due) as t, done and end_t != 0 and (due = 0 or end_t <= due) as met
from all_clocks
where if(end_t = 0, due != 0 and due < {now}, done or (due != 0 and due < end_t));
