//! The OpenAPI document, made of the table of routes: what is not there is not promised, and what is promised is there.

use deskgauge_core::facts::FACTS;
use deskgauge_core::question::OPTIONS;
use deskgauge_engine::facts_schema::EVENTS;
use serde_json::{Map, Value, json};

use super::identity::Right;
use super::routes::{Kind, ROUTES, Route};

/// What a program needs to know of a route.
#[derive(Debug, Clone, Copy)]
pub struct About {
    summary: &'static str,
    parameters: &'static [Parameter],
    body: Body,
}

/// A parameter of the query: its name, what it means, whether it is needed, and its words where there are few.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameter {
    name: &'static str,
    meaning: &'static str,
    needed: bool,
    words: &'static [&'static str],
}

/// What comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    Json,
    Text,
    Answers,
    Explained,
    Receipt,
    Stream,
}

impl About {
    /// A route without parameters that answers in JSON.
    pub(super) const fn plain(summary: &'static str) -> Self {
        Self { summary, parameters: &[], body: Body::Json }
    }

    /// One that answers in plain text.
    pub(super) const fn text(summary: &'static str) -> Self {
        Self { summary, parameters: &[], body: Body::Text }
    }

    /// One that streams a table.
    pub(super) const fn with(summary: &'static str, parameters: &'static [Parameter]) -> Self {
        Self { summary, parameters, body: Body::Stream }
    }

    /// The one that takes events.
    pub(super) const fn ingest() -> Self {
        Self { summary: "Take events; answered once they are on disk", parameters: &[], body: Body::Receipt }
    }

    /// The one that explains a number.
    pub(super) const fn explain() -> Self {
        Self { summary: "What stands behind a number", parameters: EXPLAIN_PARAMETERS, body: Body::Explained }
    }

    /// The one that answers questions.
    pub(super) const fn answers() -> Self {
        Self { summary: "Answer a question", parameters: ANSWER_PARAMETERS, body: Body::Answers }
    }
}

const fn parameter(name: &'static str, meaning: &'static str) -> Parameter {
    Parameter { name, meaning, needed: false, words: &[] }
}

/// The parameters of a question beside its options.
const ANSWER_PARAMETERS: &[Parameter] = &[
    Parameter { name: "metrics", meaning: "KPIs by their ids, parted by commas", needed: true, words: &[] },
    parameter("targets", "Published targets by their preset's name, instead of the workspace's own"),
    Parameter { name: "format", meaning: "The form of the answer", needed: false, words: &["json", "csv"] },
];

/// The parameters of an explanation beside the question's options.
const EXPLAIN_PARAMETERS: &[Parameter] =
    &[parameter("conversation", "Explain by one conversation"), parameter("cases", "How many cases to show")];

/// The parameters of an export.
pub(super) const TABLE_PARAMETERS: &[Parameter] = &[
    Parameter { name: "format", meaning: "The form of the rows", needed: false, words: &["csv", "jsonl", "parquet", "arrow"] },
    parameter("as-of", "An earlier state of the data: a snapshot's number, a date or an instant"),
];

/// A value that some parameters have in a world where there is any: what a reader, or a test, begins with.
fn example(path: &str, name: &str) -> Option<&'static str> {
    Some(match (path, name) {
        ("/v1/export/{table}", "table") => "waits",
        ("/v1/metrics/{id}" | "/v1/explain/{id}", "id") => "first_response_time",
        (_, "metrics") => "first_response_time,backlog",
        (_, "by") => "channel",
        (_, "grain") => "day",
        (_, "from") => "2026-01-05",
        (_, "to") => "2026-02-01",
        (_, "where") => "channel = 'email'",
        (_, "clock") => "business",
        (_, "compare") => "previous",
        (_, "set") => "answer_within=30s",
        _ => return None,
    })
}

/// The words of an option that has few.
fn words_of(option: &str) -> &'static [&'static str] {
    match option {
        "grain" => &["day", "week", "month", "quarter", "year", "all"],
        "clock" => &["calendar", "business"],
        "dated" => &["event", "cohort"],
        "stat" => &["mean", "median", "p90", "p95", "min", "max", "sum", "km_median", "km_p90", "within"],
        _ => &[],
    }
}

/// What each option of a question means.
fn meaning(option: &str) -> &'static str {
    match option {
        "by" => "Dimensions to cut by, parted by commas",
        "grain" => "Cut by time: day, week, month, quarter, year or all",
        "from" => "The first day",
        "to" => "The day after the last",
        "where" => "Only rows that meet this, in SQL over the facts' columns",
        "stat" => "mean, median, p90, p95, min, max, sum, km_median, km_p90 or within (the share within a target)",
        "clock" => "calendar or business",
        "variant" => "A variant of the KPI",
        "credit" => "Who is credited where the answer is cut by agent",
        "dated" => "event: by when it happened; cohort: by when it began",
        "compare" => "What to compare with: previous, weekdays, year, elapsed, A..B or none",
        "set" => "Another value for a parameter of the catalogue, such as answer_within=30s; may repeat",
        "profile" => "The definitions to count by",
        "as-of" => "An earlier state of the data: a snapshot's number, a date or an instant",
        "now" => "What counts as now: a date or an instant",
        _ => "An option of the question",
    }
}

/// The document.
pub(super) fn document(version: &str) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES.iter().filter(|route| route.kind == Kind::Api) {
        let Some(about) = route.about else { continue };
        let path = route.path.replace("{*", "{");
        let entry = paths.entry(path).or_insert_with(|| json!({}));
        if let Some(object) = entry.as_object_mut() {
            object.insert(route.method.name().to_lowercase(), operation(route, about));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Deskgauge",
            "version": version,
            "description": "Exact, explained KPIs of customer service. The JSON of answers is that of `deskgauge query --format json`.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer" },
                "session": { "type": "apiKey", "in": "cookie", "name": super::gate::SESSION },
            },
            "schemas": { "Problem": problem(), "Answers": answers(), "Receipt": receipt() },
        },
    })
}

fn operation(route: &Route, about: About) -> Value {
    let mut parameters: Vec<Value> = Vec::new();
    for name in route.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
        let name = name.trim_start_matches('*');
        let mut schema = json!({ "type": "string", "minLength": 1 });
        if let (Some(object), "table") = (schema.as_object_mut(), name) {
            let tables: Vec<&str> = FACTS.iter().map(|table| table.name).chain([EVENTS]).collect();
            object.insert("enum".to_owned(), tables.into());
        }
        let mut own = json!({ "name": name, "in": "path", "required": true, "schema": schema });
        if let (Some(object), Some(example)) = (own.as_object_mut(), example(route.path, name)) {
            object.insert("example".to_owned(), example.into());
        }
        parameters.push(own);
    }
    let options = OPTIONS
        .iter()
        .filter(|_| matches!(about.body, Body::Answers | Body::Explained))
        .map(|name| Parameter { words: words_of(name), ..parameter(name, meaning(name)) });
    for parameter in about.parameters.iter().copied().chain(options) {
        let mut schema = json!({ "type": "string" });
        if let (Some(object), false) = (schema.as_object_mut(), parameter.words.is_empty()) {
            object.insert("enum".to_owned(), parameter.words.into());
        }
        let mut own = json!({
            "name": parameter.name, "in": "query", "required": parameter.needed, "description": parameter.meaning, "schema": schema,
        });
        if let (Some(object), Some(example)) = (own.as_object_mut(), example(route.path, parameter.name)) {
            object.insert("example".to_owned(), example.into());
        }
        parameters.push(own);
    }
    let content = |media: &str, schema: Value| json!({ media: { "schema": schema } });
    let told = match about.body {
        Body::Json | Body::Explained => content("application/json", json!({ "type": "object" })),
        Body::Text => content("text/plain", json!({ "type": "string" })),
        Body::Answers => json!({
            "application/json": { "schema": { "$ref": "#/components/schemas/Answers" } },
            "text/csv": { "schema": { "type": "string" } },
        }),
        Body::Receipt => content("application/json", json!({ "$ref": "#/components/schemas/Receipt" })),
        Body::Stream => {
            json!({ "text/csv": {}, "application/x-ndjson": {}, "application/vnd.apache.parquet": {}, "application/vnd.apache.arrow.stream": {} })
        }
    };
    let refusals = content("application/problem+json", json!({ "$ref": "#/components/schemas/Problem" }));
    let security = match route.right {
        Right::Anyone => json!([]),
        _ => json!([{ "token": [] }, { "session": [] }]),
    };
    let mut operation = json!({
        "summary": about.summary,
        "operationId": format!("{}{}", route.method.name().to_lowercase(), route.path.replace(['/', '.', '{', '}', '*'], "_")),
        "parameters": parameters,
        "security": security,
        "responses": {
            "200": { "description": "well", "content": told },
            "default": { "description": "why not", "content": refusals },
        },
    });
    if about.body == Body::Answers
        && let Some(responses) = operation["responses"].as_object_mut()
    {
        responses.insert("304".to_owned(), json!({ "description": "the data are as they were" }));
    }
    if about.body == Body::Receipt
        && let Some(object) = operation.as_object_mut()
    {
        let body = json!({
            "required": true,
            "description": "One event, an array of events, or JSON Lines, in the event format; also with Content-Encoding gzip or zstd",
            "content": { "application/json": { "schema": {} }, "application/x-ndjson": { "schema": { "type": "string" } } },
        });
        object.insert("requestBody".to_owned(), body);
    }
    operation
}

fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "code", "detail", "problems"],
        "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "code": { "type": ["string", "null"] },
            "detail": { "type": ["string", "null"] },
            "help": { "type": ["string", "null"] },
            "problems": { "type": "array", "items": { "type": "object" } },
        },
    })
}

fn receipt() -> Value {
    json!({
        "type": "object",
        "required": ["accepted", "duplicates", "rejected", "problems"],
        "properties": {
            "accepted": { "type": "integer", "description": "events that are on disk now, known ones among them" },
            "duplicates": { "type": "integer", "description": "events among them whose source and id were waiting already" },
            "rejected": { "type": "integer" },
            "problems": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["index", "field", "value", "code", "reason"],
                    "properties": {
                        "index": { "type": "integer", "description": "the event's place in the request, from 0" },
                        "field": { "type": "string" },
                        "value": { "type": "string" },
                        "code": { "type": "string" },
                        "reason": { "type": "string" },
                    },
                },
            },
        },
    })
}

/// The names of an answer's fields stand in the form of answers; here are their types.
fn answers() -> Value {
    let text = json!({ "type": ["string", "null"] });
    let number = json!({ "type": ["number", "null"] });
    let whole = json!({ "type": ["integer", "null"] });
    let pair = json!({ "type": ["array", "null"], "items": { "type": "number" }, "minItems": 2, "maxItems": 2 });
    let fields = [
        ("metric", json!({ "type": "string" })),
        ("revision", json!({ "type": "integer" })),
        ("profile", json!({ "type": "string" })),
        ("variant", text.clone()),
        ("stat", text.clone()),
        ("within", whole.clone()),
        ("clock", text.clone()),
        ("unit", json!({ "type": "string" })),
        ("currency", text.clone()),
        ("period", text.clone()),
        ("partial", json!({ "type": "boolean" })),
        ("dimensions", json!({ "type": "object" })),
        ("value", number),
        ("null_reason", text.clone()),
        ("n", whole.clone()),
        ("numerator", whole.clone()),
        ("denominator", whole.clone()),
        ("interval", pair.clone()),
        ("bounds", pair),
        ("running", whole.clone()),
        ("provisional", whole.clone()),
        ("excluded", json!({ "type": "object" })),
        ("small_n", json!({ "type": "boolean" })),
        ("credit", text.clone()),
        ("target", json!({ "type": ["object", "null"] })),
        ("comparison", json!({ "type": ["object", "null"] })),
    ];
    let properties: Map<String, Value> = fields.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    let needed = json!(["metric", "revision", "unit", "value", "null_reason", "n"]);
    let answer = json!({ "type": "object", "required": needed, "properties": properties });
    json!({
        "type": "object",
        "required": ["profile", "data_cut", "rules", "now", "time_zone", "from", "to", "comparison", "answers"],
        "properties": {
            "profile": { "type": "string" },
            "profile_as_of": text,
            "profile_revision": whole,
            "data_cut": {
                "type": "object",
                "properties": { "snapshot": { "type": "integer" }, "watermark": { "type": "integer" }, "at": text },
            },
            "rules": { "type": "string" },
            "now": { "type": "string" },
            "time_zone": { "type": "string" },
            "from": text,
            "to": text,
            "comparison": { "type": ["object", "null"] },
            "answers": { "type": "array", "items": answer },
        },
    })
}
