//! What columns are called in other people's tables, in English, Russian and Romanian.
//!
//! Names are compared as lower-case words without punctuation and diacritics. A name that begins with `=` has to be the whole header;
//! others may stand among further words, which counts for less.

use crate::table::targets::{RowKind, Target, Target as T};

/// Names of a meaning, the surest first.
pub(super) fn of(target: Target, kind: RowKind) -> &'static [&'static str] {
    match (target, kind) {
        (T::Id, RowKind::Messages) => &["message id", "tweet id", "comment id", "=id", "id сообщения", "id mesaj"],
        (T::Id, RowKind::Calls) => &["call id", "uniqueid", "callid", "=id", "id звонка", "номер звонка", "id apel"],
        (T::Id, RowKind::Orders) => &["order id", "order number", "=id", "номер заказа", "id comanda", "numar comanda"],
        (T::Id, RowKind::Surveys) => &["response id", "answer id", "survey id", "=id", "=ответ", "id raspuns"],
        (T::Id, _) => &[
            "ticket id",
            "ticket number",
            "case number",
            "case id",
            "incident number",
            "request id",
            "case enquiry id",
            "conversation id",
            "issue key",
            "ticket no",
            "=number",
            "=id",
            "=ticket",
            "=key",
            "номер обращения",
            "номер заявки",
            "номер тикета",
            "id обращения",
            "id заявки",
            "=номер",
            "=обращение",
            "=заявка",
            "numar tichet",
            "id tichet",
            "nr tichet",
            "numar solicitare",
            "=numar",
            "=tichet",
        ],
        (T::Conversation, _) => &[
            "conversation id",
            "ticket id",
            "case id",
            "dialog id",
            "thread id",
            "chat id",
            "=conversation",
            "=ticket",
            "=dialog",
            "номер обращения",
            "id обращения",
            "=обращение",
            "=диалог",
            "id conversatie",
            "id tichet",
            "=conversatie",
            "=tichet",
        ],
        (T::OpenedAt, _) => &[
            "opened at",
            "created at",
            "open dt",
            "created date",
            "date created",
            "opened date",
            "date opened",
            "creation date",
            "created time",
            "submitted at",
            "received at",
            "=opened",
            "=created",
            "=created on",
            "дата создания",
            "время создания",
            "дата открытия",
            "дата обращения",
            "=создано",
            "=создан",
            "=открыто",
            "data crearii",
            "data deschiderii",
            "=creat la",
            "=deschis la",
            "=creat",
            "=deschis",
        ],
        (T::StartedAt, _) => &[
            "started at",
            "start time",
            "call start",
            "call time",
            "calldate",
            "start date",
            "created at",
            "=date",
            "=timestamp",
            "=start",
            "время звонка",
            "начало звонка",
            "дата звонка",
            "=начало",
            "inceput apel",
            "ora apelului",
            "data apelului",
        ],
        (T::At, RowKind::Changes) => &[
            "sys updated at",
            "updated at",
            "changed at",
            "modified at",
            "change date",
            "change time",
            "event time",
            "=timestamp",
            "=updated",
            "=changed",
            "=date",
            "дата изменения",
            "время изменения",
            "=изменено",
            "data modificarii",
            "=modificat la",
        ],
        (T::At, RowKind::Orders) => {
            &["ordered at", "order date", "placed at", "created at", "=date", "дата заказа", "=дата", "data comenzii", "=data"]
        }
        (T::At, RowKind::Surveys) => &[
            "answered at",
            "responded at",
            "response date",
            "submitted at",
            "completed at",
            "created at",
            "=date",
            "=timestamp",
            "=datetime",
            "дата ответа",
            "дата оценки",
            "=дата",
            "data raspunsului",
            "=data",
        ],
        (T::At, _) => &[
            "sent at",
            "message time",
            "created at",
            "=datetime",
            "=timestamp",
            "=date",
            "=time",
            "время сообщения",
            "дата отправки",
            "=дата",
            "=время",
            "data mesajului",
            "=data",
            "=ora",
        ],
        (T::Order, _) => {
            &["sys mod count", "=seq", "=sequence", "sequence number", "mod count", "=position", "=порядок", "=ordine"]
        }
        (T::FirstReplyAt, _) => &[
            "first reply at",
            "first response at",
            "first reply",
            "first responded at",
            "first response date",
            "first response time at",
            "first replied at",
            "первый ответ",
            "дата первого ответа",
            "время первого ответа",
            "primul raspuns",
            "data primului raspuns",
        ],
        (T::FirstReplyBy, _) => &["first reply by", "first responder", "кто ответил первым", "primul raspuns de"],
        (T::AnsweredAt, _) => &["answered at", "answer time", "connected at", "время ответа", "=отвечен", "raspuns la"],
        (T::AbandonedAt, _) => &["abandoned at", "abandon time", "=потерян", "abandonat la"],
        (T::VoicemailAt, _) => &["voicemail at"],
        (T::EndedAt, _) => {
            &["ended at", "end time", "hangup at", "call end", "end date", "=end", "конец звонка", "=конец", "sfarsit apel"]
        }
        (T::WrappedAt, _) => &["wrapped at", "wrap up end"],
        (T::WaitSeconds, _) => &["wait seconds", "wait time", "queue time", "hold time", "время ожидания", "timp de asteptare"],
        (T::TalkSeconds, _) => &["talk seconds", "talk time", "call duration", "=duration", "=billsec", "длительность", "durata"],
        (T::WrapSeconds, _) => &["wrap seconds", "wrap time", "after call work", "acw"],
        (T::Outcome, _) => &["=outcome", "=disposition", "call result", "call status", "=result", "результат", "rezultat"],
        (T::ResolvedAt, _) => &[
            "resolved at",
            "solved at",
            "resolution date",
            "resolved date",
            "date resolved",
            "resolved time",
            "=resolved",
            "=solved",
            "дата решения",
            "время решения",
            "=решено",
            "data rezolvarii",
            "=rezolvat la",
            "=rezolvat",
        ],
        (T::ResolvedBy, _) => &["resolved by", "solved by", "кем решено", "rezolvat de"],
        (T::ClosedAt, _) => &[
            "closed at",
            "closed dt",
            "closed date",
            "date closed",
            "close date",
            "closed time",
            "=closed",
            "дата закрытия",
            "время закрытия",
            "=закрыто",
            "data inchiderii",
            "=inchis la",
            "=inchis",
        ],
        (T::UpdatedAt, _) => &[
            "updated at",
            "last updated",
            "last modified",
            "modified at",
            "=updated",
            "дата обновления",
            "дата изменения",
            "=обновлено",
            "ultima actualizare",
            "actualizat la",
        ],
        (T::DueAt, _) => &[
            "due at",
            "due date",
            "target dt",
            "target date",
            "sla due",
            "deadline",
            "=due",
            "=target",
            "=срок",
            "срок решения",
            "крайний срок",
            "плановая дата",
            "termen",
            "data limita",
            "scadenta",
        ],
        (T::Status, _) => &[
            "=status",
            "=state",
            "ticket status",
            "case status",
            "incident state",
            "ident state",
            "ticket state",
            "=статус",
            "=состояние",
            "=stare",
            "=statut",
        ],
        (T::Agent, _) => &[
            "assigned to",
            "=assignee",
            "assignee name",
            "assignee id",
            "=agent",
            "agent name",
            "agent id",
            "=owner",
            "=operator",
            "=исполнитель",
            "=ответственный",
            "=агент",
            "=оператор",
            "=сотрудник",
            "=responsabil",
            "atribuit la",
            "=operatorul",
        ],
        (T::Team, _) => &[
            "assignment group",
            "=team",
            "=group",
            "team name",
            "group name",
            "=department",
            "assigned group",
            "=группа",
            "=команда",
            "=отдел",
            "=echipa",
            "=grup",
            "=departament",
        ],
        (T::Queue, _) => &["=queue", "queue name", "=очередь", "=coada"],
        (T::Direction, _) => &["=direction", "call type", "call direction", "=направление", "=directie"],
        (T::HungUpBy, _) => &["hung up by", "hangup by", "disconnected by"],
        (T::Role, _) => &[
            "=role",
            "sender type",
            "author type",
            "sender role",
            "author role",
            "actor kind",
            "user type",
            "=роль",
            "тип отправителя",
            "=rol",
            "tip expeditor",
        ],
        (T::Account, _) => &[
            "=account",
            "author id",
            "sender id",
            "=author",
            "=sender",
            "=from",
            "user id",
            "=автор",
            "=отправитель",
            "=expeditor",
            "=autor",
        ],
        (T::Public, _) => &["is public", "=public", "=публичный"],
        (T::Session, _) => &["session id", "=session", "=сессия", "=sesiune"],
        (T::Chars, _) => &["message len", "message length", "=chars", "=length", "длина сообщения", "lungime mesaj"],
        (T::Body, _) => {
            &["message text", "=text", "=body", "=message", "=content", "текст сообщения", "=сообщение", "=mesaj", "=continut"]
        }
        (T::Actor, _) => &["sys updated by", "updated by", "changed by", "modified by", "кем изменено", "modificat de"],
        (T::Channel, _) => &[
            "=channel",
            "contact type",
            "=source",
            "ticket source",
            "ticket channel",
            "=via",
            "channel name",
            "=канал",
            "канал обращения",
            "=источник",
            "=canal",
            "=sursa",
        ],
        (T::Brand, _) => &["=brand", "brand name", "=shop", "=store", "=product", "=бренд", "=магазин", "=marca", "=magazin"],
        (T::Priority, _) => &["=priority", "ticket priority", "=urgency", "=severity", "=приоритет", "=срочность", "=prioritate"],
        (T::Reason, _) => &[
            "contact reason",
            "=reason",
            "=category",
            "ticket type",
            "=topic",
            "=subject type",
            "=issue type",
            "тема обращения",
            "=категория",
            "=причина",
            "=тема",
            "=motiv",
            "=categorie",
            "=subiect",
        ],
        (T::Tags, _) => &["=tags", "=labels", "=теги", "=метки", "=etichete"],
        (T::Language, _) => &["=language", "=locale", "=lang", "=язык", "=limba"],
        (T::Customer, _) => &[
            "customer id",
            "requester id",
            "client id",
            "caller id",
            "contact id",
            "=requester",
            "=customer",
            "=client",
            "=caller",
            "customer email",
            "requester email",
            "=клиент",
            "=заявитель",
            "id клиента",
            "=client",
            "id client",
            "=solicitant",
        ],
        (T::HandleSeconds, _) => &["handle seconds", "handle time seconds", "time spent seconds"],
        (T::SentAt, _) => &["sent at", "survey sent", "дата отправки", "trimis la"],
        (T::Amount, _) => {
            &["=amount", "=total", "order total", "total price", "=сумма", "сумма заказа", "=suma", "=total comanda"]
        }
        (T::Currency, _) => &["=currency", "=валюта", "=moneda"],
        (T::CancelledAt, _) => &["cancelled at", "canceled at", "дата отмены", "anulat la"],
        (T::RefundedAt, _) => &["refunded at", "дата возврата", "rambursat la"],
        (T::RefundedAmount, _) => &["refunded amount", "refund amount", "сумма возврата", "suma rambursata"],
        (T::Via | T::ActorKind | T::Origin | T::Parent | T::Revision, _) => &[],
    }
}

/// Names of answered questions: kind and names.
pub(super) const SURVEYS: &[(&str, &[&str])] = &[
    (
        "nps",
        &[
            "=nps",
            "nps score",
            "net promoter score",
            "likelihood to recommend",
            "готовность рекомендовать",
            "probabilitate de recomandare",
        ],
    ),
    ("ces", &["=ces", "ces score", "customer effort score", "=effort", "=усилие", "=efort"]),
    (
        "csat",
        &[
            "=csat",
            "csat score",
            "satisfaction rating",
            "satisfaction score",
            "customer satisfaction",
            "=satisfaction",
            "=rating",
            "customer rating",
            "=удовлетворенность",
            "=оценка",
            "оценка клиента",
            "=satisfactie",
            "=nota",
            "=evaluare",
        ],
    ),
];

/// Names of the source's own verdicts, which are worth an own field.
pub(super) const VERDICTS: &[&str] = &[
    "made sla",
    "=sla",
    "on time status",
    "=ontime",
    "=on time",
    "sla status",
    "sla met",
    "sla breached",
    "=breached",
    "нарушение sla",
    "=просрочено",
    "sla respectat",
    "=intarziat",
];

/// A header as words: lower case, parted by single spaces, without diacritics; `OnTime_Status` is `on time status`.
pub(super) fn words(header: &str) -> String {
    let header = header.split('#').next().unwrap_or_default();
    let mut words = String::new();
    let mut before_lower = false;
    for letter in header.chars() {
        if !letter.is_alphanumeric() {
            before_lower = false;
            if !words.ends_with(' ') {
                words.push(' ');
            }
            continue;
        }
        if letter.is_uppercase() && before_lower {
            words.push(' ');
        }
        before_lower = letter.is_lowercase() || letter.is_numeric();
        words.extend(letter.to_lowercase().map(plain));
    }
    words.trim().to_owned()
}

fn plain(letter: char) -> char {
    match letter {
        'ă' | 'â' => 'a',
        'î' => 'i',
        'ș' | 'ş' => 's',
        'ț' | 'ţ' => 't',
        'ё' => 'е',
        other => other,
    }
}

/// How well a header fits one of the names: 0 not at all, 100 fully.
pub(super) fn fit(header: &str, names: &[&str]) -> u32 {
    let rated = names.iter().enumerate().map(|(place, name)| {
        let place = u32::try_from(place).unwrap_or(50).min(30);
        let (whole, name) = name.strip_prefix('=').map_or((false, *name), |name| (true, name));
        if header == name {
            return 100 - place;
        }
        let within = !whole && format!(" {header} ").contains(&format!(" {name} "));
        let more = u32::try_from(header.split(' ').count() - name.split(' ').count().min(header.split(' ').count())).unwrap_or(9);
        if within && name.contains(' ') { 60_u32.saturating_sub(place + 8 * more) } else { 0 }
    });
    rated.max().unwrap_or(0)
}
