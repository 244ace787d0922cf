//! A second derivation of KPIs, by hand, in SQL over the raw events alone: windows and joins instead of the fold, the facts and the
//! planner. Both must give the same numbers to the last digit.
//!
//! The statements know the shop's events: none is corrected, taken back or late.

use deskgauge_core::answer::Answer;

use super::world::{World, options, play};

/// What the statements stand on: conversations and how they ended, their status moves, and what was said in them, with what was
/// said in those merged into them.
const PARTS: &str = r#"
with last_status as (
    select conversation, status, merged_into from (
        select conversation, status, merged_into, row_number() over (partition by conversation order by occurred_at desc, seq desc) as place
        from events where type = 'status') where place = 1),
cases as (
    select o.conversation, o.occurred_at as created_at, o.channel, coalesce(s.status, 'new') as final_status,
        coalesce(o.origin, case o.actor_kind when 'customer' then 'customer' when 'agent' then 'agent' else 'system' end) as origin,
        case when s.status = 'merged' then s.merged_into end as primary_case
    from events o left join last_status s on s.conversation = o.conversation where o.type = 'opened'),
kept as (select * from cases where final_status not in ('spam', 'deleted', 'merged')),
said as (
    select e.*, c.conversation as home from events e join cases c on c.conversation = e.conversation where c.primary_case is null
    union all
    select e.*, coalesce(p.primary_case, c.primary_case) as home
    from events e join cases c on c.conversation = e.conversation join cases p on p.conversation = c.primary_case
    where e.type = 'message'),
replies as (
    select * from said
    where (type = 'message' and coalesce(public, true) and actor_kind = 'agent' and via in ('human', 'macro', 'echo'))
       or (type = 'answered' and actor_kind <> 'bot')),
questions as (
    select s.* from said s join cases c on c.conversation = s.home
    where (type = 'message' and coalesce(public, true) and actor_kind = 'customer')
       or (type = 'opened' and c.origin = 'customer')),
asked as (select home, min(occurred_at) as asked_at from questions group by home),
classes as (
    select conversation, occurred_at, seq, actor_kind, actor, cause,
        case when status in ('new', 'open', 'snoozed', 'pending', 'hold') then 'open'
             when status in ('solved', 'closed') then 'resolved' else 'removed' end as class
    from events where type = 'status'),
moves as (
    select * from (
        select *, coalesce(lag(class) over (partition by conversation order by occurred_at, seq), 'open') as before from classes)
    where class <> before),
followed as (
    select *,
        coalesce(cause, case actor_kind when 'light_agent' then 'agent' else actor_kind end) as moved_by,
        lead(class) over (partition by conversation order by occurred_at, seq) as next_class,
        lead(occurred_at) over (partition by conversation order by occurred_at, seq) as next_at,
        lead(coalesce(cause, actor_kind)) over (partition by conversation order by occurred_at, seq) as next_by
    from moves),
solutions as (
    select f.*, c.created_at, c.origin,
        row_number() over (partition by f.conversation order by f.occurred_at desc, f.seq desc) = 1 as is_last
    from followed f join kept c on c.conversation = f.conversation where f.before = 'open' and f.class = 'resolved'),
marks as (
    select home, occurred_at, seq, 'question' as mark, cast(null as varchar) as who from questions
    union all select home, occurred_at, seq, 'reply', case type when 'message' then actor else coalesce(agent, actor) end from replies
    union all select conversation, occurred_at, seq, 'end', null from classes where class <> 'open'
    union all select conversation, occurred_at, seq, 'end', null from events where type = 'abandoned'),
grouped as (
    select *, coalesce(sum(case when mark = 'question' then 0 else 1 end) over (
        partition by home order by occurred_at, seq rows between unbounded preceding and 1 preceding), 0) as stretch
    from marks),
waits as (
    select home, stretch, min(case when mark = 'question' then occurred_at end) as began_at,
        max(case when mark = 'reply' then occurred_at end) as replied_at,
        max(case when mark = 'end' then occurred_at end) as ended_at
    from grouped group by home, stretch having min(case when mark = 'question' then 1 end) = 1)
"#;

const MONTH: &str = "to_char(date_trunc('month', {} at time zone 'Europe/Bucharest'), '%Y-%m-%d')";

/// What a statement gives for one question.
struct Pair {
    metric: &'static str,
    options: &'static str,
    /// Gives the dimensions as the question has them, then what `shown` prints.
    statement: &'static str,
    shown: fn(&Answer) -> Vec<String>,
}

fn n(answer: &Answer) -> Vec<String> {
    vec![answer.n.unwrap().to_string()]
}

fn value_and_n(answer: &Answer) -> Vec<String> {
    vec![format!("{:?}", answer.value.unwrap()), answer.n.unwrap().to_string()]
}

fn share(answer: &Answer) -> Vec<String> {
    vec![answer.numerator.unwrap().to_string(), answer.denominator.unwrap().to_string()]
}

const PAIRS: &[Pair] = &[
    Pair {
        metric: "conversations_created",
        options: "--by channel --grain month",
        statement: "select {month:created_at}, channel, count(*) from kept where origin = 'customer' group by 1, 2",
        shown: n,
    },
    Pair {
        metric: "first_response_time",
        options: "--stat median",
        statement: "select median(cast(seconds as double)), count(*) from (
            select min(cast(to_unixtime(r.occurred_at) - to_unixtime(c.created_at) as bigint)) as seconds
            from replies r join kept c on c.conversation = r.home where c.origin = 'customer' group by r.home)",
        shown: value_and_n,
    },
    Pair {
        metric: "first_response_time",
        options: "--stat mean --grain month",
        statement: "select {month:replied_at}, avg(cast(to_unixtime(replied_at) - to_unixtime(created_at) as double)), count(*) from (
            select min(r.occurred_at) as replied_at, min(c.created_at) as created_at
            from replies r join kept c on c.conversation = r.home where c.origin = 'customer' group by r.home) group by 1",
        shown: value_and_n,
    },
    Pair {
        metric: "reply_time",
        options: "--stat sum --grain month",
        statement: "select {month:replied_at}, cast(sum(to_unixtime(replied_at) - to_unixtime(began_at)) as double), count(*)
            from waits w join kept c on c.conversation = w.home where replied_at is not null group by 1",
        shown: value_and_n,
    },
    Pair {
        metric: "reply_time",
        options: "--stat median --variant next_reply",
        statement: "select median(cast(to_unixtime(replied_at) - to_unixtime(began_at) as double)), count(*) from (
            select *, row_number() over (partition by home order by stretch) as number from waits) w
            join kept c on c.conversation = w.home where replied_at is not null and number > 1",
        shown: value_and_n,
    },
    Pair {
        metric: "resolutions",
        options: "--grain month",
        statement: "select {month:occurred_at}, count(*) from solutions group by 1",
        shown: n,
    },
    Pair {
        metric: "resolutions",
        options: "--by resolver",
        statement: "select moved_by, count(*) from solutions group by 1",
        shown: n,
    },
    Pair {
        metric: "reopen_rate",
        options: "",
        statement: "select sum(case when next_class = 'open' and next_by = 'customer'
                and to_unixtime(next_at) - to_unixtime(occurred_at) <= 604800 then 1 else 0 end), count(*)
            from solutions where to_unixtime(occurred_at) + 604800 <= {now}",
        shown: share,
    },
    Pair {
        metric: "one_touch_rate",
        options: "",
        statement: "select sum(case when touches = 1 then 1 else 0 end), count(*) from (
            select s.conversation, count(distinct coalesce(case when r.type = 'message' then r.session else r.call end, 'event ' || r.id))
                as touches
            from solutions s join replies r on r.home = s.conversation
                and (r.occurred_at < s.occurred_at or (r.occurred_at = s.occurred_at and r.seq < s.seq))
            join asked a on a.home = s.conversation and r.occurred_at >= a.asked_at
            where s.is_last and to_unixtime(s.occurred_at) + 604800 <= {now}
                and not (s.next_class is not null and s.next_class = 'open'
                    and to_unixtime(s.next_at) - to_unixtime(s.occurred_at) <= 604800)
            group by s.conversation)",
        shown: share,
    },
    Pair {
        metric: "full_resolution_time",
        options: "--stat median",
        statement: "select median(cast(to_unixtime(s.occurred_at) - to_unixtime(case when s.origin <> 'customer'
                    and a.asked_at <= s.occurred_at then a.asked_at else s.created_at end) as double)), count(*)
            from solutions s
            left join asked a on a.home = s.conversation
            left join (select home, min(occurred_at) as replied_at from replies group by home) r on r.home = s.conversation
            where s.is_last and not (s.moved_by = 'bot' and (r.replied_at is null or r.replied_at > s.occurred_at))",
        shown: value_and_n,
    },
    Pair {
        metric: "sla_compliance",
        options: "",
        statement: "select sum(case when replied_at <= due_at then 1 else 0 end), count(*) from (
            select w.*, began_at + interval '4 hours' as due_at, first.at as first_reply_at
            from waits w join kept c on c.conversation = w.home
            left join (select home, min(occurred_at) as at from replies group by home) first on first.home = w.home) clocks
            where (first_reply_at is null or first_reply_at >= began_at) and not coalesce(ended_at <= due_at, false)
                and (replied_at is not null or to_unixtime(due_at) < {now})",
        shown: share,
    },
    Pair {
        metric: "nps",
        options: "",
        statement: "select 100.0 * sum(case when score >= 9 then 1 when score <= 6 then -1 else 0 end) / count(*), count(*) from (
            select score, row_number() over (partition by survey order by occurred_at desc, seq desc) as place
            from events where type = 'survey_answered' and kind = 'nps') where place = 1",
        shown: value_and_n,
    },
    Pair {
        metric: "csat",
        options: "--grain month",
        statement: "select {month:a.occurred_at}, sum(case when score >= 4 then 1 else 0 end), count(*) from (
            select *, row_number() over (partition by survey order by occurred_at desc, seq desc) as place
            from events where type = 'survey_answered' and kind = 'csat') a
            join kept c on c.conversation = a.conversation where place = 1 group by 1",
        shown: share,
    },
    Pair {
        metric: "escalation_rate",
        options: "",
        statement: "select sum(case when raised then 1 else 0 end), count(*) from (
            select s.conversation, coalesce(bool_or(e.occurred_at <= s.occurred_at), false) as raised
            from solutions s left join (select * from events where type = 'escalated') e on e.conversation = s.conversation
            where s.is_last group by s.conversation)",
        shown: share,
    },
    Pair {
        metric: "messages_handled",
        options: "--by agent",
        statement: "select r.actor, count(*) from replies r join kept c on c.conversation = r.home where r.type = 'message' group by 1",
        shown: n,
    },
    Pair {
        metric: "reply_time",
        options: "--stat sum --by agent",
        statement: "select g.who, cast(sum(to_unixtime(w.replied_at) - to_unixtime(w.began_at)) as double), count(*)
            from waits w join kept c on c.conversation = w.home
            join grouped g on g.home = w.home and g.stretch = w.stretch and g.mark = 'reply'
            group by 1",
        shown: value_and_n,
    },
    Pair {
        metric: "conversations_handled",
        options: "",
        statement: "select count(distinct home) from (
            select home from replies union all
            select conversation from moves where before = 'open' and class = 'resolved' and actor_kind = 'agent') t
            join kept c on c.conversation = t.home",
        shown: n,
    },
    Pair {
        metric: "contacts_received",
        options: "--by channel",
        statement: "select channel, count(*) from (
            select conversation from cases where origin = 'customer'
            union all select conversation from moves
                where before = 'resolved' and class = 'open' and coalesce(cause, actor_kind) = 'customer') t
            join kept c on c.conversation = t.conversation group by 1",
        shown: n,
    },
];

/// Forty days over a survey of all customers, with one simple policy.
fn world() -> World {
    let options = options(1500, 21, "2026-01-19", 40);
    let rules = options.rules_toml();
    let (before, _) = rules.split_once("[[sla]]").unwrap();
    let (_, after) = rules.split_once("[catalogue]").unwrap();
    let policy = "[[sla]]\nname = \"simple\"\nschedule = \"always\"\nfirst_reply = \"4h\"\n\n[catalogue]";
    play(options, Some(format!("{before}{policy}{after}"))).world
}

fn spelt(statement: &str, now: i64) -> String {
    let mut text = format!("{PARTS}{statement}").replace("{now}", &now.to_string());
    while let Some((before, rest)) = text.split_once("{month:") {
        let (column, after) = rest.split_once('}').unwrap();
        text = format!("{before}{}{after}", MONTH.replace("{}", column));
    }
    text
}

#[tokio::test]
async fn both_derivations_agree() {
    let world = world();
    let mut differences = Vec::new();
    for pair in PAIRS {
        let mut wanted: Vec<Vec<String>> = world.sql(&spelt(pair.statement, world.now)).await;
        let answers = world.ask(pair.metric, pair.options).await;
        // What nobody did is a row here and none there.
        let some = answers.iter().filter(|answer| answer.n != Some(0));
        let mut found: Vec<Vec<String>> = some
            .map(|answer| {
                let period = answer.period.map(|period| period.to_string());
                let cells = answer.dimensions.iter().map(|(_, value)| value.clone().unwrap_or("-".to_owned()));
                period.into_iter().chain(cells).chain((pair.shown)(answer)).collect()
            })
            .collect();
        wanted.sort();
        found.sort();
        assert!(!wanted.is_empty(), "{} {}", pair.metric, pair.options);
        if wanted != found {
            differences.push(format!("{} {}\n by hand {wanted:?}\n   asked {found:?}", pair.metric, pair.options));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
