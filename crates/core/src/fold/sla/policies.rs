//! Which policy is in force for a conversation, from when to when.
//!
//! Asked again at every event, first match from the top. A source that applies policies itself overrules the workspace's conditions.

use crate::event::Body;
use crate::facts::Facts;
use crate::fold::case::Case;
use crate::fold::state::View;
use crate::fold::timelines::problem;
use crate::rules::SlaPolicy;

/// The policy from an instant on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Applied<'a> {
    pub(crate) from: i64,
    pub(crate) policy: Option<&'a SlaPolicy>,
}

/// The policies in force, in order; the first from the creation.
pub(crate) fn applied<'a>(case: &Case<'a>, facts: &mut Facts) -> Vec<Applied<'a>> {
    let rules = case.rules;
    let explicit = |body: &Body| matches!(body, Body::SlaApplied(_) | Body::SlaRemoved(_));
    let by_source = case.steps.iter().any(|step| explicit(&step.event.body));
    let mut all: Vec<Applied<'a>> = Vec::new();
    let mut current: Option<&SlaPolicy> = None;
    for step in case.steps.iter().filter(|step| !step.adopted) {
        if by_source {
            match &step.event.body {
                Body::SlaApplied(name) => {
                    current = version(&rules.sla, name, step.at);
                    if current.is_none() {
                        facts.problems.push(problem("unknown_policy", step.event, Some(name.clone())));
                    }
                }
                Body::SlaRemoved(name) if current.is_some_and(|policy| policy.name == **name) => current = None,
                _ => {}
            }
        } else if !rules.sla.is_empty() {
            let view = View {
                dims: &step.dims,
                status: step.status,
                origin: case.history.origin,
                customer: case.history.customer.as_ref(),
                rules,
            };
            current = matching(&rules.sla, &view, step.at, current);
        }
        match all.last_mut() {
            Some(last) if same(last.policy, current) => {}
            Some(last) if last.from == step.at => last.policy = current,
            _ => all.push(Applied { from: step.at, policy: current }),
        }
    }
    all
}

/// The first policy whose condition holds. One that already applies keeps the version that it was applied with.
fn matching<'a>(policies: &'a [SlaPolicy], view: &View<'_>, at: i64, current: Option<&'a SlaPolicy>) -> Option<&'a SlaPolicy> {
    for (index, policy) in policies.iter().enumerate() {
        if policies[..index].iter().any(|earlier| earlier.name == policy.name) {
            continue;
        }
        let candidate = match current {
            Some(current) if current.name == policy.name => Some(current),
            _ => version(policies, &policy.name, at),
        };
        if let Some(candidate) = candidate.filter(|policy| policy.when.as_ref().is_none_or(|when| when.holds(view))) {
            return Some(candidate);
        }
    }
    None
}

/// The version of a policy in force at an instant.
fn version<'a>(policies: &'a [SlaPolicy], name: &str, at: i64) -> Option<&'a SlaPolicy> {
    let known = policies.iter().filter(|policy| policy.name == name && policy.from.is_none_or(|from| from <= at));
    known.max_by_key(|policy| policy.from.unwrap_or(i64::MIN))
}

fn same(a: Option<&SlaPolicy>, b: Option<&SlaPolicy>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => std::ptr::eq(a, b),
        (None, None) => true,
        _ => false,
    }
}
