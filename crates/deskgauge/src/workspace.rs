//! A workspace that is open for a command, and a state of the data that questions are put to.
//!
//! Errors of the engine become diagnostics with codes here, once for all commands; what an answer means is not decided here.

use std::path::Path;

use deskgauge_core::answer::{Answers, DataCut};
use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::event::Event;
use deskgauge_core::facts::At;
use deskgauge_core::fold::fold_all;
use deskgauge_core::metric::Language;
use deskgauge_core::question::{AsOf, Question};
use deskgauge_core::rules::Rules;
use deskgauge_engine::ask::{AskError, Limits, ask, ask_all, pitfalls, without_effect};
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::direct::Direct;
use deskgauge_engine::facts_schema::own_fields;
use deskgauge_engine::files::FileError;
use deskgauge_engine::source::FactSource;
use deskgauge_engine::workspace::{Workspace, WorkspaceError};

use crate::config::{Global, clock, clock_micros};
use crate::failure::{Failure, Outcome, exit, print_problems};
use crate::output::value;

/// Opens the workspace that the command line names. Warnings are told, errors of rules or catalogue end the command.
///
/// # Errors
/// No workspace, a newer format, wrong rules.
pub(crate) async fn open(global: &Global) -> Outcome<Workspace> {
    open_at(&global.folder()?, global).await
}

/// Opens the workspace in a folder.
///
/// # Errors
/// As for [`open`].
pub(crate) async fn open_at(folder: &Path, global: &Global) -> Outcome<Workspace> {
    let (workspace, problems) = Workspace::open(folder).await.map_err(failure)?;
    tell(problems, global)?;
    settle(&workspace).await?;
    Ok(workspace)
}

/// Makes a workspace of a folder, or opens the one that is there.
///
/// # Errors
/// As for [`open`]; the disk's.
pub(crate) async fn init_at(folder: &Path, rules: &str, global: &Global) -> Outcome<Workspace> {
    let (workspace, problems) = Workspace::init(folder, rules, clock_micros()).await.map_err(failure)?;
    tell(problems, global)?;
    settle(&workspace).await?;
    Ok(workspace)
}

fn tell(problems: Vec<Diagnostic>, global: &Global) -> Outcome {
    if problems.iter().any(Diagnostic::is_error) {
        return Err(Failure::all(exit::DATA, problems));
    }
    print_problems(&problems, global.format);
    Ok(())
}

/// Lets changed rules hold where nothing was folded under the old ones: a workspace that was made, then configured, and is still empty.
/// Where something was folded, nothing happens here and the question or import is refused.
///
/// # Errors
/// The lake's.
async fn settle(workspace: &Workspace) -> Outcome {
    let changed = matches!(workspace.at(None).await, Err(WorkspaceError::RulesChanged | WorkspaceError::FoldChanged { .. }));
    if changed && workspace.imports().await.map_err(failure)?.is_empty() {
        workspace.rebuild(clock_micros()).await.map_err(failure)?;
    }
    Ok(())
}

/// What to do about a damaged file.
const DAMAGED: &str = "run `deskgauge doctor`: it lists all damaged files, and makes facts again with --mend";

/// The failure of an error of the workspace.
pub(crate) fn failure(error: WorkspaceError) -> Failure {
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
pub(crate) fn ask_failure(error: AskError) -> Failure {
    match error {
        AskError::Refused(problem) => Failure::new(exit::USAGE, problem),
        AskError::TooManyCells { .. } => Failure::new(exit::USAGE, Diagnostic::error("answer-too-long", error.to_string())),
        AskError::Deadline(_) => Failure::new(exit::DATA, Diagnostic::error("deadline", error.to_string())),
        AskError::Damaged(_) => Failure::new(exit::STATE, Diagnostic::error("damaged-file", error.to_string()).hint(DAMAGED)),
        AskError::Engine(_) => Failure::new(exit::DATA, Diagnostic::error("engine-failed", error.to_string())),
    }
}

/// A state of the data, ready for questions.
pub(crate) struct Asking {
    source: FactSource,
    catalogue: Catalogue,
    rules: Rules,
    cut: DataCut,
    now: At,
}

impl Asking {
    /// The workspace's state, now or as it was.
    ///
    /// # Errors
    /// As for [`open`]; no such snapshot; rules that did not fold it.
    pub(crate) async fn open(global: &Global, as_of: Option<&AsOf>) -> Outcome<Self> {
        Self::of(&open(global).await?, as_of).await
    }

    /// The state of a workspace that is open.
    ///
    /// # Errors
    /// No such snapshot; rules that did not fold it.
    pub(crate) async fn of(workspace: &Workspace, as_of: Option<&AsOf>) -> Outcome<Self> {
        let zone = &workspace.rules().workspace.time_zone;
        let text = as_of.map(|as_of| match as_of {
            AsOf::Snapshot(number) => number.to_string(),
            AsOf::Time(moment) => value::instant(moment.at(zone)),
        });
        let view = workspace.at(text.as_deref()).await.map_err(failure)?;
        let made = At(view.at.div_euclid(1_000_000));
        let now = match as_of {
            None => At(clock()),
            Some(AsOf::Snapshot(_)) => made,
            Some(AsOf::Time(moment)) => moment.at(zone),
        };
        let cut = DataCut { snapshot: view.snapshot, watermark: view.inbox_row, at: Some(made) };
        Ok(Self { source: view.source, catalogue: workspace.catalogue().clone(), rules: workspace.rules().clone(), cut, now })
    }

    /// Events that are stored nowhere, under rules.
    ///
    /// # Errors
    /// Only if the facts do not fit their own description.
    pub(crate) fn memory(events: Vec<Event>, rules: Rules, catalogue: Catalogue) -> Outcome<Self> {
        let own = own_fields(&rules);
        let facts = fold_all(events.clone(), &rules);
        let source = FactSource::memory(&facts, &events, &own)
            .map_err(|error| Failure::new(exit::DATA, Diagnostic::error("engine-failed", error.to_string())))?;
        let newest = events.iter().map(|event| event.at.seconds()).max();
        let cut = DataCut { snapshot: 0, watermark: 0, at: None };
        let source = source.with_newest(newest);
        Ok(Self { source, catalogue, rules, cut, now: At(clock()) })
    }

    /// Facts that are stored nowhere, under the rules that folded them.
    ///
    /// # Errors
    /// Only if the facts do not fit their own description.
    pub(crate) fn direct(direct: Direct, rules: Rules, catalogue: Catalogue) -> Outcome<Self> {
        let source = FactSource::direct(direct)
            .map_err(|error| Failure::new(exit::DATA, Diagnostic::error("engine-failed", error.to_string())))?;
        let cut = DataCut { snapshot: 0, watermark: 0, at: None };
        Ok(Self { source, catalogue, rules, cut, now: At(clock()) })
    }

    /// Asks. A question without a now gets that of the state.
    ///
    /// # Errors
    /// The question's (exit 2) or the engine's.
    pub(crate) async fn ask(&self, question: &Question) -> Outcome<Answers> {
        let question = self.with_now(question);
        ask(&self.source, &self.catalogue, &self.rules, &question, self.cut.clone()).await.map_err(ask_failure)
    }

    /// Asks several questions together; the answers are in their order.
    ///
    /// # Errors
    /// As for [`Asking::ask`], of the first question that has one.
    pub(crate) async fn ask_all<'q>(&self, questions: impl IntoIterator<Item = &'q Question>) -> Outcome<Vec<Answers>> {
        let questions: Vec<Question> = questions.into_iter().map(|question| self.with_now(question)).collect();
        let (source, catalogue, rules) = (&self.source, &self.catalogue, &self.rules);
        ask_all(source, catalogue, rules, &questions, &self.cut, Limits::default()).await.map_err(ask_failure)
    }

    /// What to say beside the answers to a question: options without effect, and what the data cannot tell.
    ///
    /// # Errors
    /// As for [`Asking::ask`].
    pub(crate) async fn remarks(&self, question: &Question, answers: &Answers) -> Outcome<Vec<Diagnostic>> {
        let mut remarks = without_effect(&self.catalogue, question);
        remarks.extend(self.pitfalls(question, answers).await?);
        Ok(remarks)
    }

    /// What the data cannot tell, of answers to a question.
    ///
    /// # Errors
    /// As for [`Asking::ask`].
    pub(crate) async fn pitfalls(&self, question: &Question, answers: &Answers) -> Outcome<Vec<Diagnostic>> {
        pitfalls(&self.source, &self.catalogue, &self.rules, question, answers).await.map_err(ask_failure)
    }

    /// The question with a now.
    pub(crate) fn with_now(&self, question: &Question) -> Question {
        Question { now: question.now.or(Some(self.now.into())), ..question.clone() }
    }

    /// The rules.
    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The catalogue.
    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The tables.
    pub(crate) fn source(&self) -> &FactSource {
        &self.source
    }

    /// The state's now.
    pub(crate) fn now(&self) -> At {
        self.now
    }

    /// A KPI's name in a language, or its variant's; its id where it has none.
    pub(crate) fn name(&self, id: &str, variant: Option<&str>, language: Language) -> String {
        self.catalogue.get(id).and_then(|metric| metric.name_of(variant, language)).map_or_else(|| id.to_owned(), str::to_owned)
    }
}
