//! Events in memory become every cell there is.

use std::sync::Mutex;

use deskgauge_core::event::Event;
use deskgauge_core::fold::timelines::own_key;
use deskgauge_core::fold::{People, Routes, beginnings, people, timelines};

use super::cell::{self, Made};
use super::gather::{Told, digest, gather, in_order};
use crate::cells::{Kind, Stored, Written};
use crate::files::FileError;
use crate::store::hashed::{Prefix, hashed_id, part_of};
use crate::store::plan::{Plan, Planner, settled};
use crate::store::{agents, customers};
use crate::threads::each;

/// Events that are brought together at once: few enough for the cache.
const GATHERED: usize = 32 * 1024;

/// Writes every cell. Events of `import` are counted as new; without one, all are.
pub(super) fn write(planner: &Planner<'_>, events: Vec<Stored>, import: Option<i64>) -> Result<Plan, FileError> {
    // Each is put in order and written.
    planner.extent.adds(2 * events.len() as u64);
    let mut plan = Plan::default();
    let routes = Routes::of(events.iter().map(|stored| &stored.event));
    let mut lots = spread(events, &routes);
    let (of_agents, of_customers) = (lots.pop().unwrap_or_default(), lots.pop().unwrap_or_default());
    let mut known = profiles(&of_customers);
    let told = all_timelines(planner, lots, &routes, import, &mut plan);
    for told in &told {
        beginnings(&told.timeline).iter().for_each(|beginning| known.begins(beginning));
    }
    let cells: Vec<_> = cell::split(told, planner.sizes.new_events).into_iter().map(Mutex::new).collect();
    let made = each(cells.len(), |number| cell::make(planner, number, took(&cells[number]), &known));
    let mut written = Written::default();
    let mut cases = Vec::new();
    for made in made {
        let Made { written: files, cases: mine } = made?;
        written.append(files);
        cases.extend(mine);
    }
    // Customers and agents lie by a hash: each part is folded and written by itself.
    let rows = of_customers.len() + cases.len();
    let parts = rows.div_ceil(planner.sizes.hashed_rows.max(1)).next_power_of_two();
    let mut lots: Vec<(Vec<Stored>, Vec<_>)> = (0..parts).map(|_| Default::default()).collect();
    let place = |id: &str| Prefix::place(id, parts);
    for stored in of_customers {
        lots[place(&hashed_id(&routes.owner(&stored.event)))].0.push(stored);
    }
    for (customer, case) in cases {
        lots[place(&customer)].1.push((customer, case));
    }
    let lots: Vec<_> = lots.into_iter().map(Mutex::new).collect();
    let of_agents = Mutex::new(of_agents);
    let hashed = each(parts + 1, |part| {
        let (mut plan, mut written) = (Plan::default(), Written::default());
        if part == 0 {
            let events = settled(took(&of_agents), import, &mut plan);
            if !events.is_empty() {
                agents::write(planner, Prefix::part(0, 1), events, &mut plan, &mut written)?;
            }
            return Ok::<_, FileError>((plan, written));
        }
        let (events, cases) = took(&lots[part - 1]);
        let events = settled(events, import, &mut plan);
        if !events.is_empty() || !cases.is_empty() {
            customers::write(planner, Prefix::part(part - 1, parts), events, cases, &mut plan, &mut written)?;
        }
        Ok((plan, written))
    });
    for made in hashed {
        let (part, files) = made?;
        written.append(files);
        plan.counts.add(&part.counts);
    }
    planner.extent.ends();
    (plan.add, plan.unlisted) = written.durable(planner.lake)?;
    Ok(plan)
}

/// What a task takes over.
fn took<T: Default>(waiting: &Mutex<T>) -> T {
    std::mem::take(&mut *waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
}

/// What the customers' own timelines tell of them.
fn profiles(events: &[Stored]) -> People {
    people(&timelines(events.iter().map(|stored| stored.event.clone()).collect()))
}

/// Events in lots: those of conversations by their timelines' hashes, few enough at once for the cache; then those of customers, then
/// those of agents. Where each goes is found on all threads, so that each is moved once and by one of them.
fn spread(events: Vec<Stored>, routes: &Routes) -> Vec<Vec<Stored>> {
    let parts = (events.len() / GATHERED + 1).next_power_of_two();
    let place = |event: &Event| match Kind::of(&own_key(event)) {
        Kind::Conversations => part_of(digest(&routes.key(event)), parts),
        Kind::Customers => parts,
        Kind::Agents => parts + 1,
    };
    let chunks: Vec<&[Stored]> = events.chunks(GATHERED).collect();
    let places = each(chunks.len(), |chunk| chunks[chunk].iter().map(|stored| place(&stored.event)).collect::<Vec<usize>>());
    let mut sizes = vec![0; parts + 2];
    places.iter().flatten().for_each(|place| sizes[*place] += 1);
    let mut lots: Vec<Vec<Stored>> = sizes.into_iter().map(Vec::with_capacity).collect();
    for (stored, place) in events.into_iter().zip(places.into_iter().flatten()) {
        lots[place].push(stored);
    }
    lots
}

/// All timelines of the conversations, in the order in which they begin.
fn all_timelines(
    planner: &Planner<'_>,
    lots: Vec<Vec<Stored>>,
    routes: &Routes,
    import: Option<i64>,
    plan: &mut Plan,
) -> Vec<Told> {
    let lots: Vec<Mutex<Vec<Stored>>> = lots.into_iter().map(Mutex::new).collect();
    let gathered = each(lots.len(), |part| {
        let events = took(&lots[part]);
        planner.extent.did(events.len() as u64);
        let gathered = gather(events, routes);
        (gathered.counts(import), gathered.told)
    });
    let mut all = Vec::new();
    for (counts, told) in gathered {
        plan.counts.add(&counts);
        all.push(told);
    }
    in_order(all.into_iter().flatten())
}
