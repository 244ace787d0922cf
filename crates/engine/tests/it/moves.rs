//! Events that others move: corrections to other conversations and customers, changes of orders that name no customer, merges that
//! follow each other. Every timeline lies in a cell of its own, and each step is an import, so that what belongs together has to be found.

use deskgauge_core::event::Event;
use deskgauge_core::notation::{ParseOptions, parse};
use deskgauge_engine::workspace::CellSizes;

use crate::agrees::{Dice, assert_same, import, workspace};

const ALONE: CellSizes = CellSizes { new_events: 1, small_events: 1, hashed_rows: 1 };

fn events(text: &str) -> Vec<Event> {
    let (events, problems) = parse(text, &ParseOptions::default());
    assert!(problems.is_empty(), "{problems:?}");
    events
}

/// Imports the steps as they are written, backwards, and in some other orders, and compares after each with one fold of all.
async fn check(steps: &[&str]) {
    let mut orders: Vec<Vec<usize>> = vec![(0..steps.len()).collect(), (0..steps.len()).rev().collect()];
    let mut dice = Dice(7);
    for _ in 0..4 {
        let mut rest: Vec<usize> = (0..steps.len()).collect();
        orders.push((0..steps.len()).map(|_| rest.remove(dice.below(rest.len()))).collect());
    }
    for order in orders {
        let folder = tempfile::tempdir().unwrap();
        let workspace = workspace(folder.path(), "[workspace]\ntime_zone = \"UTC\"\n", ALONE).await;
        let mut held = Vec::new();
        for step in &order {
            let batch = events(steps[*step]);
            assert_eq!(import(&workspace, &batch).await.events, batch.len() as u64, "{order:?}: step {step} is new");
            held.extend(batch);
            assert_same(&workspace, held.clone(), &format!("{order:?} after step {step}")).await;
        }
    }
}

#[tokio::test]
async fn a_correction_moves_its_event_from_one_conversation_to_another() {
    check(&[
        "conversation a customer=u1\nmon 09:00 customer opens id=a1\nmon 10:00 ana says id=m seq=0",
        "conversation b customer=u2\nwed 09:00 customer opens id=b1",
        "conversation c customer=u3\nfri 09:00 customer opens id=c1",
        "conversation b\nwed 10:00 ana says id=m seq=0 revision=1",
        "conversation c\nfri 10:00 ana says id=m seq=0 revision=2",
        "conversation d customer=u1\nsat 10:00 ana says id=m seq=0 revision=2",
    ])
    .await;
}

#[tokio::test]
async fn a_change_of_an_order_finds_it_wherever_its_customer_lies() {
    check(&[
        "no conversation\nmon 09:00 customer:u1 orders id=o seq=0 order=o1 amount=100",
        "no conversation\ntue 09:00 ana refunds id=r seq=0 order=o1 amount=30",
        "no conversation\nmon 09:00 customer:u2 orders id=o seq=0 order=o1 amount=100 revision=1",
        "no conversation\nmon 08:00 customer:u3 orders id=p seq=0 order=o1 amount=50",
        "no conversation\nmon 08:00 customer:u3 orders id=p seq=0 order=o1 amount=50 revision=1 retracted=true",
        "conversation a customer=u2\nsun 09:00 customer opens id=a1\nsun 10:00 ana says id=a2",
    ])
    .await;
}

#[tokio::test]
async fn profiles_and_presence_follow_their_corrections() {
    check(&[
        "conversation a customer=u1\ntue 09:00 customer opens id=a1\ntue 10:00 ana says id=a2",
        "conversation b customer=u2\ntue 09:00 customer opens id=b1",
        "no conversation\nmon 09:00 customer:u1 is_customer id=p seq=0 segment=vip",
        "no conversation\nmon 09:00 customer:u2 is_customer id=p seq=0 segment=vip revision=1",
        "no conversation\nmon 09:00 ana is busy id=s seq=0",
        "no conversation\nmon 09:00 bo is busy id=s seq=0 revision=1",
    ])
    .await;
}

#[tokio::test]
async fn merges_that_follow_each_other_join_what_the_last_one_says() {
    check(&[
        "conversation a customer=u1\nmon 09:00 customer opens id=a1",
        "conversation b customer=u2\ntue 09:00 customer opens id=b1\ntue 09:30 customer says id=b2",
        "conversation c customer=u3\nwed 09:00 customer opens id=c1",
        "conversation b\nthu 09:00 ana merges into=a id=x1 seq=0",
        "conversation b\nthu 10:00 ana reopens id=x2 seq=0",
        "conversation b\nthu 11:00 ana merges into=c id=x3 seq=0",
    ])
    .await;
}
