//! How many requests go out at once, over all runs of a client.
//!
//! [`Limiter`] is the decision, a plain struct that is told the time: it raises its limit slowly
//! while all places are used and the server keeps up, and cuts it once for each wave of refusals.
//! (Additive increase, multiplicative decrease; against a fixed number this loses no requests on a
//! slow server and no time on a fast one.) [`Throttle`] shares a limiter and lets callers wait.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use super::transport::Clock;

/// Six connections per host is the browsers' limit over HTTP/1.1.
pub const DEFAULT_CAP: usize = 6;
/// The page needs some connections too, until the server has shown that it keeps up.
const START: usize = 4;
/// What a wave of refusals leaves of the limit.
const CUT: f64 = 0.6;

/// How a request went, as far as the server's load is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The server kept up.
    Served,
    /// The server refused for load, and may have said for how long.
    Refused {
        /// The time it asks to wait.
        retry_after: Option<Duration>,
    },
    /// The request failed or was dropped for reasons that tell nothing of load.
    Unknown,
}

/// Whether a request may start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It may. Give the wave back to [`Limiter::end`].
    Granted {
        /// In which wave it started.
        wave: u64,
    },
    /// Not before another has ended.
    Full,
    /// Not for this long.
    Paused(Duration),
}

/// The decision who may start.
#[derive(Debug)]
pub struct Limiter {
    limit: f64,
    cap: usize,
    running: usize,
    paused_until: Duration,
    /// Requests between two cuts are one wave: all that run when a server becomes busy are
    /// refused together, and should cost one cut.
    wave: u64,
}

impl Limiter {
    /// A limiter that never lets more than `cap` run, and at least one.
    pub fn new(cap: usize) -> Self {
        let cap = cap.max(1);
        let limit = START.min(cap) as f64;
        Self { limit, cap, running: 0, paused_until: Duration::ZERO, wave: 0 }
    }

    /// How many may run at once now.
    pub fn limit(&self) -> usize {
        self.limit as usize
    }

    /// Asks for a place.
    pub fn start(&mut self, now: Duration) -> Admission {
        let pause = self.paused_until.saturating_sub(now);
        if !pause.is_zero() {
            return Admission::Paused(pause);
        }
        if self.running >= self.limit() {
            return Admission::Full;
        }
        self.running += 1;
        Admission::Granted { wave: self.wave }
    }

    /// Gives a place back.
    pub fn end(&mut self, wave: u64, outcome: Outcome, now: Duration) {
        let full = self.running >= self.limit();
        self.running = self.running.saturating_sub(1);
        match outcome {
            // Until the first refusal every success raises it by one, so that it doubles with each
            // round (slow start, as of TCP); after that, each limit's worth of successes does.
            Outcome::Served if full && wave == self.wave => {
                let step = if self.wave == 0 { 1.0 } else { 1.0 / self.limit };
                self.limit = (self.limit + step).min(self.cap as f64);
            }
            Outcome::Refused { retry_after } => {
                if wave == self.wave {
                    self.limit = (self.limit * CUT).max(1.0);
                    self.wave += 1;
                }
                let until = now + retry_after.unwrap_or_default();
                self.paused_until = self.paused_until.max(until);
            }
            Outcome::Served | Outcome::Unknown => {}
        }
    }
}

/// A limiter that several clients share; clones are the same throttle.
#[derive(Debug, Clone)]
pub struct Throttle {
    state: Rc<RefCell<State>>,
}

#[derive(Debug)]
struct State {
    limiter: Limiter,
    /// Who waits for a place. All are woken when one is free; there are few.
    waiting: Vec<Waker>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self::new(DEFAULT_CAP)
    }
}

impl Throttle {
    /// A throttle that never lets more than `cap` requests run.
    pub fn new(cap: usize) -> Self {
        let state = State { limiter: Limiter::new(cap), waiting: Vec::new() };
        Self { state: Rc::new(RefCell::new(state)) }
    }

    /// The most requests that will ever run at once.
    pub fn cap(&self) -> usize {
        self.state.borrow().limiter.cap
    }

    /// Waits for a place.
    pub async fn acquire(&self, clock: &dyn Clock) -> Place {
        loop {
            match self.admission(clock).await {
                Ok(wave) => return Place { throttle: self.clone(), wave: Some(wave) },
                Err(pause) => clock.sleep(pause).await,
            }
        }
    }

    /// Waits until there is a place, or a pause.
    async fn admission(&self, clock: &dyn Clock) -> Result<u64, Duration> {
        poll_fn(|cx| {
            let mut state = self.state.borrow_mut();
            match state.limiter.start(clock.now()) {
                Admission::Granted { wave } => Poll::Ready(Ok(wave)),
                Admission::Paused(pause) => Poll::Ready(Err(pause)),
                Admission::Full => {
                    if !state.waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
                        state.waiting.push(cx.waker().clone());
                    }
                    Poll::Pending
                }
            }
        })
        .await
    }

    fn end(&self, wave: u64, outcome: Outcome, now: Duration) {
        let mut state = self.state.borrow_mut();
        state.limiter.end(wave, outcome, now);
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }
}

/// The right to run one request. Dropping it gives the place back.
#[derive(Debug)]
pub struct Place {
    throttle: Throttle,
    wave: Option<u64>,
}

impl Place {
    /// Gives the place back, with how it went.
    pub fn end(mut self, outcome: Outcome, now: Duration) {
        if let Some(wave) = self.wave.take() {
            self.throttle.end(wave, outcome, now);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(wave) = self.wave.take() {
            self.throttle.end(wave, Outcome::Unknown, Duration::ZERO);
        }
    }
}

#[cfg(test)]
mod tests;
