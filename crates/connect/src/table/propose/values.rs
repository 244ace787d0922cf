//! What words of other people's tables mean in ours: statuses, roles, channels, ratings.

/// The status of ours that a word means.
pub(super) fn status(word: &str) -> Option<&'static str> {
    let word = super::names::words(word);
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    Some(match word.as_str() {
        "new" | "новый" | "новая" | "новое" | "создано" | "nou" | "noua" => "new",
        _ if has(&["reopen", "переоткрыт", "redeschis"]) => "open",
        _ if has(&[
            "awaiting user",
            "awaiting customer",
            "waiting on customer",
            "waiting for customer",
            "pending customer",
            "ожидание клиента",
        ]) =>
        {
            "pending"
        }
        _ if has(&["pending", "ожида", "in asteptare"]) => "pending",
        _ if has(&["awaiting", "waiting", "hold", "vendor", "third party", "отложен", "suspendat"]) => "hold",
        _ if has(&["snooz"]) => "snoozed",
        _ if has(&["closed", "cancel", "закрыт", "inchis", "anulat"]) => "closed",
        _ if has(&["solved", "resolved", "done", "completed", "решен", "выполнен", "rezolvat"]) => "solved",
        _ if has(&["spam", "спам"]) => "spam",
        _ if has(&["deleted", "удален", "sters"]) => "deleted",
        _ if has(&["merged", "объединен"]) => "merged",
        _ if has(&[
            "open",
            "active",
            "progress",
            "assigned",
            "work",
            "открыт",
            "в работе",
            "назначен",
            "deschis",
            "in lucru",
            "activ",
        ]) =>
        {
            "open"
        }
        _ => return None,
    })
}

/// The kind of actor that a word means.
pub(super) fn role(word: &str) -> Option<&'static str> {
    let word = super::names::words(word);
    Some(match word.as_str() {
        "client"
        | "customer"
        | "user"
        | "end user"
        | "requester"
        | "visitor"
        | "contact"
        | "клиент"
        | "пользователь"
        | "utilizator" => "customer",
        "agent" | "operator" | "support" | "admin" | "staff" | "company" | "brand" | "агент" | "оператор" | "сотрудник" => {
            "agent"
        }
        "bot" | "ai" | "assistant" | "chatbot" | "бот" => "bot",
        "rule" | "automation" | "trigger" => "rule",
        "system" | "система" | "sistem" => "system",
        _ => return None,
    })
}

/// The channel that a word means.
pub(super) fn channel(word: &str) -> Option<&'static str> {
    let word = super::names::words(word);
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    Some(match () {
        () if has(&["mail", "почта", "posta"]) => "email",
        () if has(&["phone", "call", "ivr", "voice", "телефон", "звонок", "telefon", "apel"]) => "phone",
        () if has(&["whatsapp"]) => "whatsapp",
        () if has(&["twitter", "facebook", "instagram", "social", "соцсет"]) => "social",
        () if has(&["telegram", "viber", "messenger", "мессенджер"]) => "messenger",
        () if has(&["sms", "смс"]) => "sms",
        () if has(&["chat", "чат"]) => "chat",
        () if has(&["app", "приложение", "aplicatie"]) => "in_app",
        () if has(&["web", "self service", "portal", "form", "site", "сайт"]) => "web",
        () => return None,
    })
}

/// The direction of a call that a word means.
pub(super) fn direction(word: &str) -> Option<&'static str> {
    match super::names::words(word).as_str() {
        "in" | "inbound" | "incoming" | "входящий" | "входящие" | "intrare" => Some("in"),
        "out" | "outbound" | "outgoing" | "исходящий" | "исходящие" | "iesire" => Some("out"),
        _ => None,
    }
}

/// What became of a call, by its word.
pub(super) fn outcome(word: &str) -> Option<&'static str> {
    match super::names::words(word).as_str() {
        "answered" | "completed" | "connected" | "отвечен" | "принят" | "raspuns" => Some("answered"),
        "abandoned" | "missed" | "no answer" | "lost" | "потерян" | "пропущен" | "abandonat" | "pierdut" => {
            Some("abandoned")
        }
        "voicemail" => Some("voicemail"),
        _ => None,
    }
}

/// The score from 1 to 5 that a word of a rating means; empty where it means no answer.
pub(super) fn rating(word: &str) -> Option<&'static str> {
    match super::names::words(word).as_str() {
        "good" | "satisfied" | "positive" | "хорошо" | "bine" | "bun" => Some("5"),
        "neutral" | "ok" | "нейтрально" | "neutru" => Some("3"),
        "bad" | "unsatisfied" | "dissatisfied" | "negative" | "плохо" | "rau" => Some("1"),
        "offered" | "unoffered" | "not offered" | "no response" => Some(""),
        _ => None,
    }
}
