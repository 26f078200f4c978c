//! Time moved by hand.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures::future::LocalBoxFuture;

use crate::llm::transport::Clock;

/// A clock whose time passes only when there is nothing else to do; clones are the same clock.
#[derive(Debug, Clone, Default)]
pub struct ManualClock {
    state: Rc<State>,
}

#[derive(Debug, Default)]
struct State {
    now: Cell<Duration>,
    /// Who sleeps, by the time of waking and a number that tells equal times apart.
    sleeping: RefCell<BTreeMap<(Duration, u64), Waker>>,
    sleepers: Cell<u64>,
}

impl ManualClock {
    /// Runs a future to its end, moving time on to the next sleeper whenever all else waits.
    ///
    /// # Panics
    ///
    /// If the future waits for something that no time will bring.
    pub fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        loop {
            match self.poll(future.as_mut()) {
                Poll::Ready(output) => return output,
                Poll::Pending => assert!(self.advance(), "waits for ever at {:?}", self.now()),
            }
        }
    }

    /// Polls a future until it waits for time or for ever.
    pub fn poll<F: Future>(&self, mut future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&woken));
        let mut cx = Context::from_waker(&waker);
        while woken.0.swap(false, Ordering::Relaxed) {
            if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
                return Poll::Ready(output);
            }
        }
        Poll::Pending
    }

    /// Moves time on to the next sleeper; false if none sleeps.
    pub fn advance(&self) -> bool {
        let first = self.state.sleeping.borrow_mut().pop_first();
        let Some(((until, _), waker)) = first else { return false };
        self.state.now.set(self.state.now.get().max(until));
        waker.wake();
        true
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        self.state.now.get()
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'_, ()> {
        let number = self.state.sleepers.get();
        self.state.sleepers.set(number + 1);
        Box::pin(Sleep { clock: self, key: (self.now() + duration, number) })
    }

    fn jitter(&self) -> f64 {
        0.5
    }
}

struct Sleep<'c> {
    clock: &'c ManualClock,
    key: (Duration, u64),
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(self: std::pin::Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.clock.now() >= self.key.0 {
            return Poll::Ready(());
        }
        self.clock.state.sleeping.borrow_mut().insert(self.key, cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        self.clock.state.sleeping.borrow_mut().remove(&self.key);
    }
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}
