//! A state of the data that questions are put to, and what the engine's errors mean to whoever asked.
//!
//! Errors of the engine become problems with codes here, once for the command line and the service; what an answer means is not decided here.

use std::sync::Arc;

use deskgauge_core::answer::{Answers, DataCut};
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::event::Event;
use deskgauge_core::facts::At;
use deskgauge_core::fold::fold_all;
use deskgauge_core::metric::Language;
use deskgauge_core::question::{AsOf, Question};
use deskgauge_core::rules::Rules;
use deskgauge_engine::ask::{AskError, Limits, ask, ask_all, pitfalls, unfair, without_effect};
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::data_quality;
use deskgauge_engine::direct::Direct;
use deskgauge_engine::facts_schema::own_fields;
use deskgauge_engine::files::FileError;
use deskgauge_engine::source::FactSource;
use deskgauge_engine::workspace::{Workspace, WorkspaceError};

use crate::failure::{Failure, Outcome, exit};
use crate::forms::value;

/// What to do about a damaged file.
const DAMAGED: &str = "run `deskgauge doctor`: it lists all damaged files, and makes facts again with --mend";

/// The failure of an error of the workspace.
pub fn failure(error: WorkspaceError) -> Failure {
    let exit = u8::try_from(error.exit_code()).unwrap_or(exit::DATA);
    let (code, told) = (error.code(), error.to_string());
    match error {
        WorkspaceError::Rules(problems) => Failure::all(exit::DATA, problems),
        WorkspaceError::File(FileError::Damaged { .. }) => Failure::new(exit, Diagnostic::error(code, told).hint(DAMAGED)),
        // The engine says what happened and what to do in one sentence; here they part.
        _ => match told.rsplit_once(": ") {
            Some((what, todo)) if ["run ", "use ", "see ", "wait ", "write "].iter().any(|word| todo.starts_with(word)) => {
                Failure::new(exit, Diagnostic::error(code, what).hint(todo))
            }
            _ => Failure::new(exit, Diagnostic::error(code, told)),
        },
    }
}

/// The failure of a question that has no answer.
pub fn ask_failure(error: AskError) -> Failure {
    match error {
        AskError::Refused(problem) => Failure::new(exit::USAGE, problem),
        AskError::TooManyCells { .. } => Failure::new(exit::USAGE, Diagnostic::error("answer-too-long", error.to_string())),
        AskError::Deadline(_) => Failure::new(exit::DATA, Diagnostic::error("deadline", error.to_string())),
        AskError::Damaged(_) => Failure::new(exit::STATE, Diagnostic::error("damaged-file", error.to_string()).hint(DAMAGED)),
        AskError::Engine(_) => Failure::new(exit::DATA, Diagnostic::error("engine-failed", error.to_string())),
    }
}

/// Reads a question about `metrics` from the names and values of its options. What is named twice is told and dropped.
///
/// # Errors
/// All options that cannot be read, at once; no metric; a range that ends before it begins (exit 2).
pub fn question<'o>(
    metrics: Vec<String>,
    options: impl IntoIterator<Item = (&'o str, &'o str)>,
) -> Outcome<(Question, Vec<Diagnostic>)> {
    if metrics.is_empty() {
        return Err(Failure::usage("bad-value", "the question names no KPI", "`deskgauge metrics list` shows them"));
    }
    let mut question = Question::new(metrics);
    let problems: Vec<Diagnostic> =
        options.into_iter().filter_map(|(name, value)| question.set_option(name, value).err()).collect();
    if !problems.is_empty() {
        return Err(Failure::all(exit::USAGE, problems));
    }
    if let (Some(from), Some(to)) = (question.from, question.to)
        && from >= to
    {
        let hint = "`to` is exclusive and comes after `from`";
        return Err(Failure::usage("bad-value", "the range ends before it begins", hint));
    }
    let remarks = question.drop_repeated();
    Ok((question, remarks))
}

/// Lets a question see the rows of one agent only, if there is such a limit.
///
/// # Errors
/// A filter that is no condition by itself.
pub fn narrow(question: &mut Question, only: Option<&str>) -> Outcome {
    let Some(agent) = only else { return Ok(()) };
    let own = format!("agent = {}", crate::conversation::quoted(agent));
    question.filter = Some(match &question.filter {
        // What was asked for is read by itself first, so that it cannot reach beyond its brackets.
        Some(asked) => {
            let asked = deskgauge_core::question::condition(asked).map_err(|problem| Failure::new(exit::USAGE, problem))?;
            format!("({asked}) and {own}")
        }
        None => own,
    });
    Ok(())
}

/// The cut of data that are stored nowhere.
const UNSTORED: DataCut = DataCut { snapshot: 0, watermark: 0, at: None };

/// A state of the data, ready for questions.
pub struct Asking {
    source: FactSource,
    catalogue: Arc<Catalogue>,
    rules: Arc<Rules>,
    cut: DataCut,
    now: At,
}

impl Asking {
    /// A state from its parts. `now` is what counts as now where a question does not say.
    pub fn new(source: FactSource, catalogue: Arc<Catalogue>, rules: Arc<Rules>, cut: DataCut, now: At) -> Self {
        Self { source, catalogue, rules, cut, now }
    }

    /// The state of a workspace, now or as it was. `now` is the clock's, for the newest state.
    ///
    /// # Errors
    /// No such snapshot; rules that did not fold it.
    pub async fn of(workspace: &Workspace, as_of: Option<&AsOf>, now: At) -> Outcome<Self> {
        let zone = &workspace.rules().workspace.time_zone;
        let text = as_of.map(|as_of| match as_of {
            AsOf::Snapshot(number) => number.to_string(),
            AsOf::Time(moment) => value::instant(moment.at(zone)),
        });
        let view = workspace.at(text.as_deref()).await.map_err(failure)?;
        let made = At(view.at.div_euclid(1_000_000));
        let now = match as_of {
            None => now,
            Some(AsOf::Snapshot(_)) => made,
            Some(AsOf::Time(moment)) => moment.at(zone),
        };
        let cut = DataCut { snapshot: view.snapshot, watermark: view.inbox_row, at: Some(made) };
        let (catalogue, rules) = (Arc::new(workspace.catalogue().clone()), Arc::new(workspace.rules().clone()));
        Ok(Self::new(view.source, catalogue, rules, cut, now))
    }

    /// Events that are stored nowhere, under rules.
    ///
    /// # Errors
    /// Only if the facts do not fit their own description.
    pub fn memory(events: Vec<Event>, rules: Rules, catalogue: Catalogue, now: At) -> Outcome<Self> {
        let own = own_fields(&rules);
        let facts = fold_all(events.clone(), &rules);
        let source = FactSource::memory(&facts, &events, &own)
            .map_err(|error| Failure::new(exit::DATA, Diagnostic::error("engine-failed", error.to_string())))?;
        let newest = events.iter().map(|event| event.at.seconds()).max();
        Ok(Self::unstored(source.with_newest(newest), rules, catalogue, now))
    }

    /// Facts that are stored nowhere, under the rules that folded them.
    ///
    /// # Errors
    /// Only if the facts do not fit their own description.
    pub fn direct(direct: Direct, rules: Rules, catalogue: Catalogue, now: At) -> Outcome<Self> {
        let source = FactSource::direct(direct)
            .map_err(|error| Failure::new(exit::DATA, Diagnostic::error("engine-failed", error.to_string())))?;
        Ok(Self::unstored(source, rules, catalogue, now))
    }

    /// Facts of which there are no snapshots, under the rules that folded them.
    pub fn unstored(source: FactSource, rules: Rules, catalogue: Catalogue, now: At) -> Self {
        Self::new(source, Arc::new(catalogue), Arc::new(rules), UNSTORED, now)
    }

    /// Asks. A question without a now gets that of the state.
    ///
    /// # Errors
    /// The question's (exit 2) or the engine's.
    pub async fn ask(&self, question: &Question) -> Outcome<Answers> {
        let question = self.with_now(question);
        ask(&self.source, &self.catalogue, &self.rules, &question, self.cut.clone()).await.map_err(ask_failure)
    }

    /// Asks several questions together; the answers are in their order.
    ///
    /// # Errors
    /// As for [`Asking::ask`], of the first question that has one.
    pub async fn ask_all<'q>(&self, questions: impl IntoIterator<Item = &'q Question>) -> Outcome<Vec<Answers>> {
        let questions: Vec<Question> = questions.into_iter().map(|question| self.with_now(question)).collect();
        let (source, catalogue, rules) = (&self.source, &self.catalogue, &self.rules);
        ask_all(source, catalogue, rules, &questions, &self.cut, Limits::default()).await.map_err(ask_failure)
    }

    /// What to say beside the answers to a question: options without effect, and what the data cannot tell.
    ///
    /// # Errors
    /// As for [`Asking::ask`].
    pub async fn remarks(&self, question: &Question, answers: &Answers) -> Outcome<Vec<Diagnostic>> {
        let mut remarks = without_effect(&self.catalogue, question);
        remarks.extend(unfair(question, &self.rules, answers.now));
        remarks.extend(self.pitfalls(question, answers).await?);
        Ok(remarks)
    }

    /// What the data cannot tell, of answers to a question.
    ///
    /// # Errors
    /// As for [`Asking::ask`].
    pub async fn pitfalls(&self, question: &Question, answers: &Answers) -> Outcome<Vec<Diagnostic>> {
        pitfalls(&self.source, &self.catalogue, &self.rules, question, answers).await.map_err(ask_failure)
    }

    /// What is seriously wrong with the data, by code, as far as a glance at the facts tells it. Of data that are stored nowhere, nothing.
    ///
    /// # Errors
    /// As for [`Asking::ask`].
    pub async fn troubles(&self) -> Outcome<Vec<&'static str>> {
        if self.cut == UNSTORED {
            return Ok(Vec::new());
        }
        data_quality::troubles(&self.source).await.map_err(ask_failure)
    }

    /// The question with a now.
    pub fn with_now(&self, question: &Question) -> Question {
        Question { now: question.now.or(Some(self.now.into())), ..question.clone() }
    }

    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The catalogue.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The tables.
    pub fn source(&self) -> &FactSource {
        &self.source
    }

    /// Which state of the data it is.
    pub fn cut(&self) -> &DataCut {
        &self.cut
    }

    /// The state's now.
    pub fn now(&self) -> At {
        self.now
    }

    /// The same state with the targets of a preset in place of the workspace's own.
    ///
    /// # Errors
    /// There is no such preset (exit 2).
    pub fn with_targets(self, preset: &str) -> Outcome<Self> {
        let rules = self.rules.with_targets(preset).map_err(|problem| Failure::new(exit::USAGE, problem))?;
        Ok(Self { rules: Arc::new(rules), ..self })
    }

    /// A KPI's name in a language, or its variant's; its id where it has none.
    pub fn name(&self, id: &str, variant: Option<&str>, language: Language) -> String {
        self.catalogue.get(id).and_then(|metric| metric.name_of(variant, language)).map_or_else(|| id.to_owned(), str::to_owned)
    }
}
