//! The Erlang C model against published figures.

use deskgauge_core::staffing::Load;

const DAY: Load = Load { contacts: 360.0, interval_seconds: 1800, handle_seconds: 240 };

#[test]
fn d20_a_busy_half_hour() {
    let found = DAY.staffed(55, 15).unwrap();
    assert!((DAY.erlangs() - 48.0).abs() < 1e-12);
    assert!((found.occupancy - 0.8727).abs() < 5e-5, "{found:?}");
    assert!((found.waits_share - 0.238_701).abs() < 5e-7, "{found:?}");
    assert!((found.wait_seconds - 8.184).abs() < 5e-4, "{found:?}");
    assert!((found.service_level - 0.845_88).abs() < 5e-6, "{found:?}");
}

#[test]
fn d23_as_many_agents_as_work_cannot_keep_up() {
    let load = Load { contacts: 150.0, interval_seconds: 3600, handle_seconds: 240 };
    assert!((load.erlangs() - 10.0).abs() < 1e-12);
    assert_eq!((load.staffed(10, 20), load.staffed(0, 20)), (None, None));
    assert!(load.staffed(11, 20).is_some());
}

#[test]
fn the_fewest_reach_it_and_one_less_does_not() {
    for target in [0.5, 0.8, 0.95, 0.999] {
        let found = DAY.fewest(target, 20).unwrap();
        assert!(found.service_level >= target);
        assert!(DAY.staffed(found.agents - 1, 20).is_none_or(|less| less.service_level < target));
    }
    let flood = Load { contacts: 1e9, ..DAY };
    assert_eq!(flood.fewest(0.8, 20), None);
    let calm = Load { contacts: 0.0, ..DAY };
    assert_eq!(calm.fewest(0.8, 20).unwrap().agents, 1);
}
