-- PostgreSQL: the board from the facts, one scan per table.
select {month:t} as month, channel, count(*) as n1 from begun where inbound group by 1, 2;
select {month:t} as month, channel, count(*) as n2 from contacts group by 1, 2;
select {month:reply_t} as month, channel, count(*) as n3, percentile_cont(array[0.5, 0.9]) within group (order by reply_t - t) as v3_v4,
    percentile_cont(array[0.5, 0.9]) within group (order by reply_w - w) as v5_v6
from begun where inbound and reply_t is not null group by 1, 2;
select {month:end_t} as month, channel, count(*) as n7, avg(end_t - start_t) as v7, percentile_cont(0.5) within group (order by end_t - start_t) as v8,
    percentile_cont(0.5) within group (order by end_w - start_w) as v9,
    percentile_cont(0.9) within group (order by end_w - start_w) filter (where not is_first) as v10, count(*) filter (where not is_first) as n10
from waits where end_mark = 'r' group by 1, 2;
select {month:least(reply_t, t + 301)} as month, channel, count(*) as n11, avg(coalesce(reply_t - t <= 300, false)::int) as v11
from begun where inbound and open_now and (reply_t is not null or (t + 300 < {now} and not coalesce(ended_at <= t + 300, false))) group by 1, 2;
select {month:t} as month, channel,
    count(*) filter (where is_first and not bot_only) as n12, percentile_cont(0.5) within group (order by seconds) filter (where is_first and not bot_only) as v12,
    percentile_cont(0.9) within group (order by business_seconds) filter (where is_first and not bot_only) as v13,
    count(*) filter (where is_last and not bot_only) as n14, percentile_cont(0.5) within group (order by seconds) filter (where is_last and not bot_only) as v14,
    avg(business_seconds) filter (where is_last and not bot_only) as v15, avg(us) filter (where is_last and not bot_only) as v16,
    percentile_cont(0.5) within group (order by us_business) filter (where is_last and not bot_only) as v17,
    avg(customer) filter (where is_last and not bot_only) as v18, avg(third_business) filter (where is_last and not bot_only) as v19, count(*) as n20,
    count(*) filter (where t + 604800 <= {now}) as n21,
    avg(coalesce(next_reopens and next_cause = 'customer' and next_after <= 604800, false)::int) filter (where t + 604800 <= {now}) as v21,
    count(*) filter (where is_last and touches > 0 and t + 604800 <= {now} and not coalesce(next_reopens and next_after <= 604800, false)) as n22,
    avg((touches = 1)::int) filter (
        where is_last and touches > 0 and t + 604800 <= {now} and not coalesce(next_reopens and next_after <= 604800, false)) as v22,
    count(*) filter (where is_last) as n23, avg(escalated::int) filter (where is_last) as v23
from resolutions group by 1, 2;
select {month:t} as month, channel, count(*) as n24, avg(met::int) as v24 from clocks group by 1, 2;
select month, channel, (sum(moved) over (partition by channel order by month))::bigint as n25
from (select {month:t} as month, channel, sum(delta) as moved from stock_moves group by 1, 2) m;
select {month:answered_at} as month, channel, count(*) as n26, avg((score >= 4)::int) as v26 from surveys where answered_at is not null group by 1, 2;
select {month:sent_at} as month, channel, count(*) as n27, avg(coalesce(first_answered_at - sent_at <= 604800, false)::int) as v27
from surveys where sent_at + 604800 <= {now} group by 1, 2;
select {month:t} as month, channel, count(*) filter (where kind = 'reply') as n28, count(distinct home) as n29 from touches group by 1, 2;
