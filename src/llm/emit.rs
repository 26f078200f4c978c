//! A future that tells what it does, as one stream.
//!
//! [`emitting`] gives a piece of asynchronous work an [`Emitter`]; the stream yields what the
//! work emits, and the work's error last if it fails. The order is fixed: everything emitted
//! comes before the end, nothing comes after. The work rests while something it emitted waits to
//! be taken, so a reader that stops reading pauses the work, and dropping the stream drops it.
//!
//! ```
//! use futures::{FutureExt, StreamExt};
//! use qwen_agent_wasm::llm::emit::emitting;
//!
//! let stream = emitting(|emitter| async move {
//!     emitter.emit("working");
//!     Err("failed")
//! });
//! let items: Vec<Result<&str, &str>> = stream.collect().now_or_never().unwrap();
//! assert_eq!(items, [Ok("working"), Err("failed")]);
//! ```

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures::Stream;
use futures::future::LocalBoxFuture;

/// Makes a stream of a piece of work. Nothing happens until the stream is polled.
pub fn emitting<'a, T, E, W, F>(work: W) -> Emitting<'a, T, E>
where
    W: FnOnce(Emitter<T>) -> F,
    F: Future<Output = Result<(), E>> + 'a,
{
    let queue = Rc::new(RefCell::new(VecDeque::new()));
    let emitter = Emitter { queue: Rc::clone(&queue) };
    Emitting { queue, work: Some(Box::pin(work(emitter))) }
}

/// Through which work tells what it does.
pub struct Emitter<T> {
    queue: Rc<RefCell<VecDeque<T>>>,
}

impl<T> Emitter<T> {
    /// Adds an item to the stream.
    pub fn emit(&self, item: T) {
        self.queue.borrow_mut().push_back(item);
    }
}

impl<T> fmt::Debug for Emitter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emitter").finish_non_exhaustive()
    }
}

/// The stream of what some work emits.
#[must_use = "nothing happens until a stream is polled"]
pub struct Emitting<'a, T, E> {
    queue: Rc<RefCell<VecDeque<T>>>,
    work: Option<LocalBoxFuture<'a, Result<(), E>>>,
}

impl<T, E> Emitting<'_, T, E> {
    fn take(&self) -> Option<T> {
        self.queue.borrow_mut().pop_front()
    }
}

impl<'a, T, E: 'a> Stream for Emitting<'a, T, E> {
    type Item = Result<T, E>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(item) = self.take() {
            return Poll::Ready(Some(Ok(item)));
        }
        let Some(work) = self.work.as_mut() else { return Poll::Ready(None) };
        let Poll::Ready(result) = work.as_mut().poll(cx) else {
            return self.take().map_or(Poll::Pending, |item| Poll::Ready(Some(Ok(item))));
        };
        // The error waits behind what was emitted before it.
        self.work = match result {
            Ok(()) => None,
            Err(error) => Some(Box::pin(std::future::ready(Err(error)))),
        };
        if let Some(item) = self.take() {
            return Poll::Ready(Some(Ok(item)));
        }
        let Some(mut failed) = self.work.take() else { return Poll::Ready(None) };
        failed.as_mut().poll(cx).map(|result| result.err().map(Err))
    }
}

impl<T, E> fmt::Debug for Emitting<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emitting").field("ended", &self.work.is_none()).finish_non_exhaustive()
    }
}
