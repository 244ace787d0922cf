//! The profiles of the catalogue: how others count, put over our own definitions.
//!
//! A question under a profile reads the profile's definition of a metric where it has one, and ours where it has none; which of them it
//! was, each answer says.

use deskgauge_core::diagnostic::{Diagnostic, Place, near_name};
use deskgauge_core::metric::{CANONICAL, Metric, Profile};

use super::{Catalogue, Checker};

impl Catalogue {
    /// All profiles, by name; the canonical one is none.
    pub fn profiles(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.values()
    }

    /// The profile of that name; `None` is the canonical one.
    ///
    /// # Errors
    /// `unknown-profile`, with the near name.
    pub fn profile(&self, name: &str) -> Result<Option<&Profile>, Diagnostic> {
        if name == CANONICAL {
            return Ok(None);
        }
        self.profiles.get(name).map(Some).ok_or_else(|| {
            let problem = Diagnostic::error("unknown-profile", format!("there is no profile `{name}`"));
            let names = || std::iter::once(CANONICAL).chain(self.profiles.keys().map(String::as_str));
            match near_name(name, names()) {
                Some(near) => problem.hint(format!("did you mean `{near}`?")),
                None => problem.hint(format!("the profiles are {}", names().collect::<Vec<_>>().join(", "))),
            }
        })
    }

    /// A metric as a profile counts it; as the catalogue does where the profile says nothing of it.
    ///
    /// # Errors
    /// `unknown-profile` and `unknown-metric`, with the near name.
    pub fn under(&self, id: &str, profile: &str) -> Result<&Metric, Diagnostic> {
        let redefined = self.profile(profile)?.and_then(|profile| profile.redefined(id));
        redefined.map_or_else(|| self.find(id), |redefined| Ok(&redefined.metric))
    }

    /// Adds the profiles of files that have no errors, and tells all problems.
    pub(super) fn add_profiles<'a>(
        &mut self,
        files: impl Iterator<Item = (String, &'a str)>,
        checker: Option<&Checker<'_>>,
    ) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        for (file, text) in files {
            let (profile, mut found) = Profile::parse(text, &file, &self.metrics);
            if let Some(profile) = &profile {
                let metrics = profile.metrics.iter().map(|redefined| &redefined.metric);
                for problem in checker.iter().flat_map(|checker| metrics.clone().flat_map(|metric| checker.check(metric))) {
                    // What a metric's own file says wrongly is told there.
                    let own = problem.place.as_ref().is_none_or(|place| place.file == file);
                    if own && !found.contains(&problem) {
                        found.push(problem);
                    }
                }
                found.extend(self.profiles.get(&profile.name).map(|other| {
                    let problem =
                        Diagnostic::error("duplicate-profile", format!("the profile `{}` is there already", profile.name));
                    let place = Place { file: file.clone(), line: 1, column: 1 };
                    problem.at(place).hint(format!("the other one is in {}: choose another name", other.file))
                }));
            }
            if let Some(profile) = profile.filter(|_| !found.iter().any(Diagnostic::is_error)) {
                self.profiles.insert(profile.name.clone(), profile);
            }
            problems.extend(found);
        }
        problems
    }
}
