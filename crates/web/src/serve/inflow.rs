//! Events on their way to the disk: what several requests bring at once is made durable together, by one writer.
//!
//! A request waits for the disk, not for its turn: while one group is being written the next one gathers, so that a sync serves as many
//! as came. Room is given out before a body is read; when it is used up, or too much waits for the lake, senders are told to come
//! again. Nothing is acknowledged that is not on disk.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use deskgauge_core::event::Event;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::desk::Desk;
use super::problem::Refusal;

/// Most bytes of a body as it comes.
pub(super) const BODY: usize = 8 << 20;
/// Most bytes of a body once it is unpacked.
pub(super) const UNPACKED: usize = 32 << 20;
/// Bytes that all requests together may hold, in units of a KiB.
const ROOM: usize = 192 << 10;
/// An event takes so many times the bytes of its text.
const SWELL: usize = 4;
/// Events that may wait for the lake before senders are told to come again.
pub(super) const MOST_WAITING: u64 = 200_000;
/// Events that are written in one group.
const GROUP: usize = 5000;
/// Requests that may wait for the writer.
const QUEUE: usize = 1024;

/// The end that requests hold.
#[derive(Debug)]
pub(super) struct Inlet {
    sender: mpsc::Sender<Lot>,
    room: Arc<Semaphore>,
}

/// What a request brings.
struct Lot {
    events: Vec<Event>,
    reply: oneshot::Sender<Result<Vec<bool>, String>>,
}

/// The end that writes.
pub(super) struct Inflow {
    receiver: mpsc::Receiver<Lot>,
}

/// Both ends.
pub(super) fn inflow() -> (Inlet, Inflow) {
    let (sender, receiver) = mpsc::channel(QUEUE);
    (Inlet { sender, room: Arc::new(Semaphore::new(ROOM)) }, Inflow { receiver })
}

impl Inlet {
    /// Room for a body of so many bytes.
    ///
    /// # Errors
    /// 429, where too much waits.
    pub(super) fn room(&self, bytes: usize, desk: &Desk) -> Result<OwnedSemaphorePermit, Refusal> {
        let units = u32::try_from((bytes * SWELL).div_ceil(1024).clamp(1, ROOM)).unwrap_or(u32::MAX);
        let waiting = desk.gauges.waiting.load(Ordering::Relaxed);
        let refused = |what: &str| {
            desk.gauges.throttled.fetch_add(1, Ordering::Relaxed);
            let message = format!("too much waits: {what}");
            let hint = "send the same events again after the time in Retry-After; nothing of this request was taken";
            Refusal::new(StatusCode::TOO_MANY_REQUESTS, "too-busy", message, hint).later(1)
        };
        if waiting > MOST_WAITING {
            return Err(refused("the lake is behind"));
        }
        self.room.clone().try_acquire_many_owned(units).map_err(|_| refused("others' events are being written"))
    }

    /// Makes events durable; tells of each whether it was known.
    ///
    /// # Errors
    /// The disk's; then none of them is acknowledged.
    pub(super) async fn take(&self, events: Vec<Event>) -> Result<Vec<bool>, Refusal> {
        let (reply, told) = oneshot::channel();
        let lost = |why: String| {
            let hint = "send the same events again: what is there already changes nothing";
            Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "not-durable", why, hint).later(5)
        };
        self.sender.send(Lot { events, reply }).await.map_err(|_| lost("the service is stopping".to_owned()))?;
        match told.await {
            Ok(Ok(known)) => Ok(known),
            Ok(Err(why)) => Err(lost(why)),
            Err(_) => Err(lost("the service is stopping".to_owned())),
        }
    }
}

impl Inflow {
    /// Writes groups until nobody can bring any more.
    pub(super) async fn write(mut self, desk: Arc<Desk>) {
        while let Some(first) = self.receiver.recv().await {
            let mut replies = Vec::new();
            let mut events = Vec::new();
            let mut next = Some(first);
            while let Some(lot) = next {
                replies.push((lot.reply, lot.events.len()));
                events.extend(lot.events);
                next = if events.len() < GROUP { self.receiver.try_recv().ok() } else { None };
            }
            match desk.workspace.receive_each(&events).await {
                Ok(known) => {
                    desk.gauges.waiting.fetch_add(events.len() as u64, Ordering::Relaxed);
                    desk.arrived.notify_one();
                    desk.followed.notify_one();
                    let mut known = known.into_iter();
                    for (reply, count) in replies {
                        // Whoever has gone hears nothing; what they sent is kept all the same.
                        let _ = reply.send(Ok(known.by_ref().take(count).collect()));
                    }
                }
                Err(error) => {
                    desk.log("error", "not-durable", &[("error", error.to_string().into())]);
                    for (reply, _) in replies {
                        let _ = reply.send(Err(error.to_string()));
                    }
                }
            }
        }
    }
}
