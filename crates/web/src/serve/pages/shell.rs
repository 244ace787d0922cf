//! What all pages have around them: skip link, bar, navigation, footer; and the words of the reader's language.

use deskgauge_core::metric::Language;

use super::assets;
use crate::locale;
use crate::serve::gate::{PROOF, Visit};
use crate::serve::identity::{Right, Who};

/// The words of a language, as templates ask for them.
#[derive(Clone, Copy)]
pub(super) struct Words(pub(super) Language);

impl Words {
    /// A message.
    pub(super) fn text(&self, key: &str) -> String {
        locale::text(self.0, key)
    }

    /// A message about a number of things.
    pub(super) fn counted(&self, key: &str, count: i64) -> String {
        locale::counted(self.0, key, count, &[])
    }

    /// A message with one text in it.
    pub(super) fn with(&self, key: &str, name: &str, text: &str) -> String {
        locale::fill(self.0, key, &[(name, text)])
    }

    /// The language's tag.
    pub(super) fn tag(&self) -> &'static str {
        self.0.name()
    }
}

/// A link of the navigation.
pub(super) struct Link {
    pub(super) href: String,
    pub(super) label: String,
    pub(super) is_current: bool,
}

/// The pages of the navigation in their order: their path, the key of their word, and who sees them.
const PAGES: [(&str, &str, Right); 15] = [
    ("/overview", "page-overview", Right::Read),
    ("/live", "page-live", Right::Read),
    ("/volume", "page-volume", Right::Read),
    ("/speed", "page-speed", Right::Read),
    ("/sla", "page-sla", Right::Read),
    ("/quality", "page-quality", Right::Read),
    ("/agents", "page-agents", Right::Read),
    ("/conversions", "page-conversions", Right::Read),
    ("/tickets", "page-tickets", Right::Read),
    ("/definitions", "page-definitions", Right::Read),
    ("/views", "page-views", Right::SignedIn),
    ("/data", "page-data", Right::ReadAll),
    ("/settings", "page-settings", Right::ReadAll),
    ("/settings/people", "page-team", Right::Manage),
    ("/settings/privacy", "page-privacy", Right::Manage),
];

/// The languages by their own names.
const LANGUAGES: [(Language, &str); 4] =
    [(Language::En, "English"), (Language::Ru, "Русский"), (Language::Ro, "Română"), (Language::ZhHant, "繁體中文")];

/// What is around a page.
pub(super) struct Shell {
    pub(super) words: Words,
    /// The page's own title, which changes with its state.
    pub(super) title: String,
    pub(super) workspace: String,
    pub(super) css: String,
    /// What makes pages handier; all of them work without it.
    pub(super) script: String,
    pub(super) nav: Vec<Link>,
    pub(super) languages: Vec<Link>,
    /// Who has signed in.
    pub(super) person: Option<String>,
    /// The name and the value of the field that every form brings.
    pub(super) proof: (&'static str, String),
    pub(super) version: &'static str,
    /// In a page of others: its theme. Nothing is around it there.
    pub(super) frame: Option<&'static str>,
}

impl Shell {
    /// For a visit. `kept` is the part of the query that stays on the links of the navigation.
    pub(super) fn new(visit: &Visit, title: String, kept: &str) -> Self {
        let words = Words(visit.language);
        let path = visit.path.split('?').next().unwrap_or_default();
        let href = |path: &str| if kept.is_empty() { path.to_owned() } else { format!("{path}?{kept}") };
        let seen = PAGES.iter().filter(|(_, _, right)| right.allows(&visit.who));
        let nav = seen.map(|(own, key, _)| Link {
            href: href(own),
            label: words.text(key),
            is_current: *own == path || (*own != "/settings" && path.starts_with(&format!("{own}/"))),
        });
        let (person, form) = match &visit.who {
            Who::Person(person, form) => (Some(person.name.clone()), form.clone()),
            _ => (None, String::new()),
        };
        let languages = LANGUAGES.iter().map(|(language, name)| {
            // What a link shows is said by the link alone.
            let is_guest = matches!(visit.who, Who::Guest(_));
            let others = visit.query.iter().filter(|(name, _)| name != "lang" && !is_guest);
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(others).append_pair("lang", language.name());
            let own = match &visit.who {
                Who::Guest(guest) => &guest.path,
                _ => path,
            };
            let href = format!("{own}?{}", query.finish());
            Link { href, label: (*name).to_owned(), is_current: *language == visit.language }
        });
        let name = &visit.desk.rules.workspace.name;
        Self {
            words,
            title,
            workspace: if name.is_empty() { "Deskgauge".to_owned() } else { name.clone() },
            css: assets::css(),
            script: assets::script(),
            nav: nav.collect(),
            languages: languages.collect(),
            person,
            proof: (PROOF, form),
            version: env!("CARGO_PKG_VERSION"),
            frame: match &visit.who {
                Who::Guest(guest) => guest.frame,
                _ => None,
            },
        }
    }
}
