-- ClickHouse: the board from the facts, one scan per table; `quantilesExactInclusive` is the exact percentile with linear interpolation.
select {month:created_at} as month, channel, count() as n1 from cases where kept and inbound group by month, channel;
select {month:t} as month, channel, count() as n2 from contacts group by month, channel;
select {month:reply_t} as month, channel, count() as n3, quantilesExactInclusive(0.5, 0.9)(seconds) as v3_v4,
    quantilesExactInclusive(0.5, 0.9)(business_seconds) as v5_v6
from first_responses where reply_t != 0 group by month, channel;
select {month:end_t} as month, channel, count() as n7, avg(end_t - start_t) as v7, quantileExactInclusive(0.5)(end_t - start_t) as v8,
    quantileExactInclusive(0.5)(end_w - start_w) as v9, quantileExactInclusiveIf(0.9)(end_w - start_w, not is_first) as v10, countIf(not is_first) as n10
from waits where end_mark = 2 group by month, channel;
select {month:if(reply_t != 0, least(reply_t, start_t + 301), start_t + 301)} as month, channel, count() as n11, avg(reply_t != 0 and seconds <= 300) as v11
from first_responses where open_now and not (ended_at != 0 and ended_at <= start_t + 300) and (reply_t != 0 or start_t + 300 < {now}) group by month, channel;
with is_first and not bot_only as earliest, is_last and not bot_only as latest, t + 604800 <= {now} as over,
    is_last and touches > 0 and over and not (next_reopens and next_after <= 604800) as lasted
select {month:t} as month, channel, countIf(earliest) as n12, quantileExactInclusiveIf(0.5)(seconds, earliest) as v12,
    quantileExactInclusiveIf(0.9)(business_seconds, earliest) as v13, countIf(latest) as n14, quantileExactInclusiveIf(0.5)(seconds, latest) as v14,
    avgIf(business_seconds, latest) as v15, avgIf(us, latest) as v16, quantileExactInclusiveIf(0.5)(us_business, latest) as v17,
    avgIf(customer, latest) as v18, avgIf(third_business, latest) as v19, count() as n20,
    countIf(over) as n21, avgIf(next_reopens and next_why = 'customer' and next_after <= 604800, over) as v21,
    countIf(lasted) as n22, avgIf(touches = 1, lasted) as v22, countIf(is_last) as n23, avgIf(escalated, is_last) as v23
from resolutions group by month, channel;
select {month:t} as month, channel, count() as n24, avg(met) as v24 from clocks group by month, channel;
select month, channel, toInt64(sum(moved) over (partition by channel order by month)) as n25
from (select {month:t} as month, channel, sum(delta) as moved from stock_moves group by month, channel);
select {month:answered_at} as month, channel, count() as n26, avg(points >= 4) as v26 from surveys where answered_at != 0 group by month, channel;
select {month:sent_at} as month, channel, count() as n27, avg(first_answered_at != 0 and first_answered_at - sent_at <= 604800) as v27
from surveys where sent_at != 0 and sent_at + 604800 <= {now} group by month, channel;
select {month:t} as month, channel, countIf(kind = 1) as n28, uniqExact(home) as n29 from touches group by month, channel;
