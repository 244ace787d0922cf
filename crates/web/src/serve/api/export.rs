//! `GET /v1/export/{table}`: a fact table, or the events, as a stream: a table may be larger than the memory.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::ipc::writer::StreamWriter;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::Response;
use deskgauge_connect::events::to_json_line;
use deskgauge_core::diagnostic::{Diagnostic, near_name};
use deskgauge_core::facts::FACTS;
use deskgauge_core::question::Question;
use deskgauge_core::rules::Privacy;
use deskgauge_engine::ask::AskError;
use deskgauge_engine::facts_schema::EVENTS;
use deskgauge_engine::files::events_of;
use futures::StreamExt;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use tokio::sync::mpsc;

use super::answers::form;
use crate::asking::ask_failure;
use crate::failure::{Failure, exit};
use crate::forms::{csv, rows};
use crate::serve::gate::Visit;
use crate::serve::problem::Refusal;
use crate::serve::reply;

/// Batches that wait for a slow reader.
const AHEAD: usize = 4;

/// Streams a table.
pub(in crate::serve) async fn stream(visit: Visit) -> Result<Response, Refusal> {
    let table = visit.place("table").to_owned();
    let names = || FACTS.iter().map(|table| table.name).chain([EVENTS]);
    if !names().any(|name| name == table) {
        let problem = Diagnostic::error("unknown-table", format!("there is no table `{table}`"));
        let hint = match near_name(&table, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the tables are {}", names().collect::<Vec<_>>().join(", ")),
        };
        return Err(Refusal::of(StatusCode::NOT_FOUND, problem.hint(hint)));
    }
    if visit.desk.rules.privacy != Privacy::default() {
        let message = "this workspace hides people or small groups ([privacy]), and an export would show its rows as they lie";
        let problem = Diagnostic::error("individuals-hidden", message);
        return Err(Refusal::of(
            StatusCode::FORBIDDEN,
            problem.hint("ask for answers; `deskgauge export` reads the folder itself"),
        ));
    }
    let form = form(visit.asked("format"), &["csv", "jsonl", "parquet", "arrow"])?;
    let mut question = Question::new(Vec::new());
    if let Some(as_of) = visit.asked("as-of") {
        question.set_option("as-of", as_of).map_err(|problem| Failure::new(exit::USAGE, problem))?;
    }
    let asking = visit.desk.asking(question.as_of).await?;
    let engine = |error| Refusal::from(ask_failure(AskError::Engine(error).blamed(asking.source())));
    let frame = asking.source().table(&table).await.map_err(engine)?;
    let schema: SchemaRef = Arc::new(frame.schema().as_arrow().clone());
    let events = table == EVENTS;
    let (sender, receiver) = mpsc::channel::<Result<Vec<u8>, std::io::Error>>(AHEAD);
    let desk = visit.desk.clone();
    // The stream outlives this function: it runs beside it and ends when nobody reads any more.
    tokio::spawn(async move {
        let own = sender.clone();
        let work = desk.workers.run(async move {
            let mut batches = frame.execute_stream().await.map_err(std::io::Error::other)?;
            let mut writer = Writer::new(form, events, &schema)?;
            while let Some(batch) = batches.next().await {
                let bytes = writer.write(&batch.map_err(std::io::Error::other)?)?;
                if !bytes.is_empty() && own.send(Ok(bytes)).await.is_err() {
                    return Ok(());
                }
            }
            let _ = own.send(Ok(writer.finish()?)).await;
            Ok::<(), std::io::Error>(())
        });
        let ended = tokio::select! {
            done = work => done,
            () = sender.closed() => return,
        };
        if let Ok(Err(error)) = ended {
            desk.log("error", "export-failed", &[("error", error.to_string().into())]);
            let _ = sender.send(Err(error)).await;
        }
    });
    let (media, end) = match form {
        "csv" => ("text/csv; charset=utf-8; header=present", "csv"),
        "jsonl" => ("application/x-ndjson", "jsonl"),
        "parquet" => ("application/vnd.apache.parquet", "parquet"),
        _ => ("application/vnd.apache.arrow.stream", "arrows"),
    };
    let body = Body::from_stream(futures::stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|bytes| (bytes, receiver))
    }));
    let file = format!("attachment; filename=\"{table}.{end}\"");
    Ok(reply::with(reply::typed(StatusCode::OK, media, body), header::CONTENT_DISPOSITION, &file))
}

/// Batches as bytes of a form.
enum Writer {
    Csv { header: Option<String> },
    Lines { events: bool },
    Parquet(Box<ArrowWriter<Vec<u8>>>),
    Arrow(Box<StreamWriter<Vec<u8>>>),
}

impl Writer {
    fn new(form: &str, events: bool, schema: &SchemaRef) -> std::io::Result<Self> {
        Ok(match form {
            "csv" => {
                let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
                Self::Csv { header: Some(csv::record(&names)) }
            }
            "jsonl" => Self::Lines { events },
            "parquet" => {
                let level = ZstdLevel::try_new(3).map_err(std::io::Error::other)?;
                let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
                let writer = ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties));
                Self::Parquet(Box::new(writer.map_err(std::io::Error::other)?))
            }
            _ => Self::Arrow(Box::new(StreamWriter::try_new(Vec::new(), schema).map_err(std::io::Error::other)?)),
        })
    }

    fn write(&mut self, batch: &RecordBatch) -> std::io::Result<Vec<u8>> {
        let mut out = Vec::new();
        match self {
            Self::Csv { header } => {
                out.extend(header.take().unwrap_or_default().into_bytes());
                for row in rows::texts(batch).map_err(std::io::Error::other)? {
                    out.extend(csv::record(&row).into_bytes());
                }
            }
            Self::Lines { events: true } => {
                for (event, _) in events_of(batch, Path::new(EVENTS)).map_err(std::io::Error::other)? {
                    writeln!(out, "{}", to_json_line(&event))?;
                }
            }
            Self::Lines { events: false } => {
                for object in rows::objects(batch).map_err(std::io::Error::other)? {
                    writeln!(out, "{object}")?;
                }
            }
            Self::Parquet(writer) => {
                writer.write(batch).map_err(std::io::Error::other)?;
                out = std::mem::take(writer.inner_mut());
            }
            Self::Arrow(writer) => {
                writer.write(batch).map_err(std::io::Error::other)?;
                out = std::mem::take(writer.get_mut());
            }
        }
        Ok(out)
    }

    fn finish(self) -> std::io::Result<Vec<u8>> {
        match self {
            // An empty table is its header.
            Self::Csv { header } => Ok(header.unwrap_or_default().into_bytes()),
            Self::Lines { .. } => Ok(Vec::new()),
            Self::Parquet(writer) => writer.into_inner().map_err(std::io::Error::other),
            Self::Arrow(mut writer) => {
                writer.finish().map_err(std::io::Error::other)?;
                Ok(std::mem::take(writer.get_mut()))
            }
        }
    }
}
