//! Whether and when a failed request is sent again: a pure function.
//!
//! Waiting times grow, are spread over their whole range so that many clients do not come back at
//! once, and give way to what the server asks for.

use std::time::Duration;

use super::error::LlmError;

/// How often and how patiently to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The most times a request is sent.
    pub attempts: u32,
    /// The longest wait after the first failure; it doubles with each further one.
    pub base: Duration,
    /// The longest wait of all, unless the server asks for more.
    pub cap: Duration,
    /// Who asks for a longer wait than this is not asked again.
    pub patience: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 5,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(8),
            // Limits by the minute are common; someone who waits longer wants to decide.
            patience: Duration::from_mins(1),
        }
    }
}

impl RetryPolicy {
    /// How long to wait after the given failure, or nothing if it is final. Attempts count from
    /// 1; `jitter` is from 0 up to 1.
    ///
    /// ```
    /// use std::time::Duration;
    /// use qwen_agent_wasm::llm::{LlmError, LlmErrorKind, retry::RetryPolicy};
    ///
    /// let error = LlmError::new(LlmErrorKind::Server, "overloaded");
    /// let policy = RetryPolicy::default();
    /// assert_eq!(policy.delay(2, &error, 0.5), Some(Duration::from_millis(500)));
    /// assert_eq!(policy.delay(5, &error, 0.5), None);
    /// ```
    pub fn delay(&self, attempt: u32, error: &LlmError, jitter: f64) -> Option<Duration> {
        if attempt >= self.attempts || !error.is_retryable() {
            return None;
        }
        let doublings = 2_u32.saturating_pow(attempt.saturating_sub(1));
        let ceiling = self.base.saturating_mul(doublings).min(self.cap);
        let spread = ceiling.mul_f64(jitter.clamp(0.0, 1.0));
        match error.retry_after() {
            Some(asked) if asked > self.patience => None,
            // Not before the server asks, and still not all at once.
            Some(asked) => Some(asked + spread.min(self.base)),
            None => Some(spread),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::llm::error::LlmErrorKind as Kind;

    fn delay(attempt: u32, error: &LlmError, jitter: f64) -> Option<Duration> {
        RetryPolicy::default().delay(attempt, error, jitter)
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        for kind in Kind::ALL {
            let passing = matches!(
                kind,
                Kind::Network | Kind::Timeout | Kind::RateLimited | Kind::Server | Kind::Incomplete
            );
            let tried = delay(1, &LlmError::new(kind, ""), 0.5).is_some();
            assert_eq!(tried, passing, "{kind:?}");
            assert!(delay(1, &LlmError::new(kind, "").permanent(), 0.5).is_none());
        }
    }

    #[test]
    fn waits_grow_to_the_cap() {
        let error = LlmError::new(Kind::Server, "");
        let waits: Vec<_> = (1..=5)
            .map(|attempt| delay(attempt, &error, 1.0).map(|wait| wait.as_millis()))
            .collect();
        assert_eq!(waits, [Some(500), Some(1000), Some(2000), Some(4000), None]);
        let policy = RetryPolicy { attempts: 50, ..RetryPolicy::default() };
        assert_eq!(policy.delay(40, &error, 1.0), Some(policy.cap));
    }

    #[test]
    fn the_server_may_ask_for_more_but_not_for_ever() {
        let asks = |seconds| {
            let error = LlmError::new(Kind::RateLimited, "");
            error.with_retry_after(Some(Duration::from_secs(seconds)))
        };
        assert_eq!(delay(1, &asks(30), 0.0), Some(Duration::from_secs(30)));
        assert_eq!(delay(1, &asks(61), 0.0), None);
    }

    proptest! {
        #[test]
        fn a_wait_is_never_shorter_than_asked_nor_longer_than_a_base_more(
            attempt in 1_u32..5, seconds in 0_u64..60, jitter in 0.0..1.0,
        ) {
            let asked = Duration::from_secs(seconds);
            let error = LlmError::new(Kind::RateLimited, "").with_retry_after(Some(asked));
            let wait = delay(attempt, &error, jitter).unwrap();
            prop_assert!(wait >= asked && wait <= asked + RetryPolicy::default().base);
        }
    }
}
