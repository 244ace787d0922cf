-- DuckDB: the board from the facts, one scan per table. Columns are named by the question's line: v its value, n its n.
select local_month(created_at) as month, channel, count(*) as n1 from cases where kept and inbound group by all;
select local_month(t) as month, channel, count(*) as n2 from contacts group by all;
select local_month(reply_t) as month, channel, count(*) as n3, quantile_cont(seconds, [0.5, 0.9]) as v3_v4,
    quantile_cont(business_seconds, [0.5, 0.9]) as v5_v6
from first_responses where reply_t is not null group by all;
select local_month(end_t) as month, channel, count(*) as n7, avg(end_t - start_t) as v7, median(end_t - start_t) as v8,
    median(end_w - start_w) as v9, quantile_cont(end_w - start_w, 0.9) filter (not is_first) as v10, count(*) filter (not is_first) as n10
from waits where end_mark = 'r' group by all;
select local_month(least(reply_t, start_t + 301)) as month, channel, count(*) as n11, avg((coalesce(seconds, 301) <= 300)::int) as v11
from first_responses where open_now and not coalesce(ended_at <= start_t + 300, false) and (reply_t is not null or start_t + 300 < {now})
group by all;
select local_month(t) as month, channel,
    count(*) filter (is_first and not bot_only) as n12, median(seconds) filter (is_first and not bot_only) as v12,
    quantile_cont(business_seconds, 0.9) filter (is_first and not bot_only) as v13,
    count(*) filter (is_last and not bot_only) as n14, median(seconds) filter (is_last and not bot_only) as v14,
    avg(business_seconds) filter (is_last and not bot_only) as v15, avg(us) filter (is_last and not bot_only) as v16,
    median(us_business) filter (is_last and not bot_only) as v17, avg(customer) filter (is_last and not bot_only) as v18,
    avg(third_business) filter (is_last and not bot_only) as v19, count(*) as n20,
    count(*) filter (t + 604800 <= {now}) as n21,
    avg((coalesce(next_reopens and next_cause = 'customer' and next_after <= 604800, false))::int) filter (t + 604800 <= {now}) as v21,
    count(*) filter (is_last and touches > 0 and t + 604800 <= {now} and not coalesce(next_reopens and next_after <= 604800, false)) as n22,
    avg((touches = 1)::int) filter (
        is_last and touches > 0 and t + 604800 <= {now} and not coalesce(next_reopens and next_after <= 604800, false)) as v22,
    count(*) filter (is_last) as n23, avg(escalated::int) filter (is_last) as v23
from resolutions group by all;
select local_month(t) as month, channel, count(*) as n24, avg(met::int) as v24 from clocks group by all;
with moved as (select local_month(t) as month, channel, sum(delta) as moved from stock_moves group by all)
select month, channel, sum(moved) over (partition by channel order by month)::bigint as n25 from moved;
select local_month(answered_at) as month, channel, count(*) as n26, avg((score >= 4)::int) as v26
from surveys where answered_at is not null group by all;
select local_month(sent_at) as month, channel, count(*) as n27, avg((coalesce(first_answered_at - sent_at <= 604800, false))::int) as v27
from surveys where sent_at + 604800 <= {now} group by all;
select local_month(t) as month, channel, count(*) filter (kind = 'reply') as n28, count(distinct home) as n29 from touches group by all;
