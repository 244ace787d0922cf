//! The words of answers, boards and explanations in the reader's language.
//!
//! They are Fluent messages, one file per language in `locales`, built into the program: translators see whole sentences, and each
//! language has its own plurals. Names of KPIs are not here but in the catalogue. JSON, CSV and the messages about problems do not
//! come through here: machines and searches rely on their words.

pub mod date;
pub mod duration;
pub mod number;

use std::sync::OnceLock;

use deskgauge_core::metric::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

type Bundle = FluentBundle<FluentResource>;

/// A message without arguments.
pub fn text(language: Language, key: &str) -> String {
    fill(language, key, &[])
}

/// A message with texts in it.
pub fn fill(language: Language, key: &str, texts: &[(&str, &str)]) -> String {
    told(language, key, &arguments(texts))
}

/// A message about a number of things: `$shown` is the number as the language writes it, `$count` chooses the plural.
pub fn counted(language: Language, key: &str, count: i64, texts: &[(&str, &str)]) -> String {
    let mut arguments = arguments(texts);
    arguments.set("count", count);
    arguments.set("shown", number::count(count, language));
    told(language, key, &arguments)
}

/// A message of an open family, such as the reasons of `[except]`, which own KPIs add to. None: it has no translation.
pub fn find(language: Language, key: &str) -> Option<String> {
    format(language, key, &FluentArgs::new())
}

/// A reason of `[except]`, or an own one's name with spaces.
pub fn reason(language: Language, reason: &str) -> String {
    find(language, &format!("reason-{reason}")).unwrap_or_else(|| reason.replace('_', " "))
}

/// Parts of a list with the language's comma between them.
pub fn list(language: Language, parts: &[String]) -> String {
    parts.join(&text(language, "list-separator"))
}

fn arguments<'a>(texts: &[(&'a str, &'a str)]) -> FluentArgs<'a> {
    texts.iter().map(|(name, text)| (*name, FluentValue::from(*text))).collect()
}

/// The message; in English where a language lacks it, and by its key where all do, which a test rules out.
fn told(language: Language, key: &str, arguments: &FluentArgs<'_>) -> String {
    let found = format(language, key, arguments);
    debug_assert!(found.is_some(), "no message {key} in {}", language.name());
    found.or_else(|| format(Language::En, key, arguments)).unwrap_or_else(|| key.to_owned())
}

fn format(language: Language, key: &str, arguments: &FluentArgs<'_>) -> Option<String> {
    let bundle = bundle(language);
    let pattern = bundle.get_message(key)?.value()?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(arguments), &mut errors).into_owned();
    debug_assert!(errors.is_empty(), "{key} in {}: {errors:?}", language.name());
    Some(text)
}

/// The messages of a language, read when they are first needed.
fn bundle(language: Language) -> &'static Bundle {
    static BUNDLES: [OnceLock<Bundle>; 4] = [const { OnceLock::new() }; 4];
    BUNDLES[language as usize].get_or_init(|| {
        let name = language.name().parse().expect("the names of languages are well-formed");
        let mut bundle = Bundle::new_concurrent(vec![name]);
        // The marks that isolate arguments are for right-to-left languages; terminals would show them as boxes.
        bundle.set_use_isolating(false);
        for source in sources(language) {
            let resource = FluentResource::try_new(source.to_owned()).expect("a test reads every file of messages");
            bundle.add_resource_overriding(resource);
        }
        bundle
    })
}

/// The files of a language: the words of numbers and boards, those of pages, and those of the pages that change something.
fn sources(language: Language) -> [&'static str; 3] {
    match language {
        Language::En => {
            [include_str!("../locales/en.ftl"), include_str!("../locales/pages/en.ftl"), include_str!("../locales/work/en.ftl")]
        }
        Language::Ru => {
            [include_str!("../locales/ru.ftl"), include_str!("../locales/pages/ru.ftl"), include_str!("../locales/work/ru.ftl")]
        }
        Language::Ro => {
            [include_str!("../locales/ro.ftl"), include_str!("../locales/pages/ro.ftl"), include_str!("../locales/work/ro.ftl")]
        }
        Language::ZhHant => [
            include_str!("../locales/zh-Hant.ftl"),
            include_str!("../locales/pages/zh-Hant.ftl"),
            include_str!("../locales/work/zh-Hant.ftl"),
        ],
    }
}

#[cfg(test)]
mod tests;
