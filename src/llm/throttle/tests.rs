use futures::FutureExt;
use futures::future::join_all;
use proptest::prelude::*;

use super::*;
use crate::llm::scripted::ManualClock;

const NOW: Duration = Duration::from_secs(100);
const REFUSED: Outcome = Outcome::Refused { retry_after: None };

/// Starts as many requests as may run.
fn fill(limiter: &mut Limiter) -> Vec<u64> {
    std::iter::from_fn(|| match limiter.start(NOW) {
        Admission::Granted { wave } => Some(wave),
        Admission::Full | Admission::Paused(_) => None,
    })
    .collect()
}

/// Fills all places, and ends all that run alike.
fn end_all(limiter: &mut Limiter, outcome: Outcome) {
    for wave in fill(limiter) {
        limiter.end(wave, outcome, NOW);
    }
}

#[test]
fn it_starts_with_four_and_never_exceeds_its_cap() {
    assert_eq!(fill(&mut Limiter::new(6)).len(), 4);
    assert_eq!(fill(&mut Limiter::new(2)).len(), 2);
    assert_eq!(fill(&mut Limiter::new(0)).len(), 1);
    let mut limiter = Limiter::new(6);
    for _ in 0..100 {
        end_all(&mut limiter, Outcome::Served);
    }
    assert!(limiter.limit() <= 6);
}

#[test]
fn the_limit_rises_only_while_all_places_are_used() {
    let mut limiter = Limiter::new(16);
    for _ in 0..100 {
        let Admission::Granted { wave } = limiter.start(NOW) else { panic!("not full") };
        limiter.end(wave, Outcome::Served, NOW);
    }
    assert_eq!(limiter.limit(), 4);
    let mut waves = fill(&mut limiter);
    for _ in 0..20 {
        limiter.end(waves.remove(0), Outcome::Served, NOW);
        waves.extend(fill(&mut limiter));
    }
    assert!(limiter.limit() > 4);
}

#[test]
fn it_doubles_until_the_first_refusal_and_creeps_after() {
    let mut limiter = Limiter::new(64);
    // One round of four: each that ends makes room for two.
    let round = |limiter: &mut Limiter| {
        let mut waves = fill(limiter);
        for _ in 0..waves.len() {
            limiter.end(waves.remove(0), Outcome::Served, NOW);
            waves.extend(fill(limiter));
        }
        for wave in waves {
            limiter.end(wave, Outcome::Unknown, NOW);
        }
    };
    round(&mut limiter);
    assert_eq!(limiter.limit(), 8);
    round(&mut limiter);
    assert_eq!(limiter.limit(), 16);
    end_all(&mut limiter, REFUSED);
    assert_eq!(limiter.limit(), 9);
    round(&mut limiter);
    assert_eq!(limiter.limit(), 10);
}

#[test]
fn one_wave_of_refusals_cuts_once() {
    let mut limiter = Limiter::new(16);
    limiter.limit = 10.0;
    end_all(&mut limiter, REFUSED);
    assert_eq!(limiter.limit(), 6);
    end_all(&mut limiter, REFUSED);
    assert_eq!(limiter.limit(), 3);
}

#[test]
fn everyone_pauses_as_long_as_the_server_asks() {
    let mut limiter = Limiter::new(6);
    let Admission::Granted { wave } = limiter.start(NOW) else { panic!("not granted") };
    let minute = Duration::from_mins(1);
    limiter.end(wave, Outcome::Refused { retry_after: Some(minute) }, NOW);
    assert_eq!(limiter.start(NOW), Admission::Paused(minute));
    assert!(matches!(limiter.start(NOW + minute), Admission::Granted { .. }));
}

#[test]
fn callers_wait_their_turn() {
    let clock = ManualClock::default();
    let throttle = Throttle::new(2);
    let most = RefCell::new((0, 0));
    let request = async |_| {
        let place = throttle.acquire(&clock).await;
        let running = {
            let mut most = most.borrow_mut();
            most.0 += 1;
            most.1 = most.1.max(most.0);
            most.0
        };
        assert!(running <= 2);
        clock.sleep(Duration::from_secs(1)).await;
        most.borrow_mut().0 -= 1;
        place.end(Outcome::Served, clock.now());
    };
    clock.run(join_all((0..6).map(request)));
    assert_eq!(most.borrow().1, 2);
    assert_eq!(clock.now(), Duration::from_secs(3));
}

#[test]
fn a_dropped_place_is_free_again() {
    let clock = ManualClock::default();
    let throttle = Throttle::new(1);
    let place = throttle.acquire(&clock).now_or_never();
    assert!(place.is_some());
    assert!(throttle.acquire(&clock).now_or_never().is_none());
    drop(place);
    assert!(throttle.acquire(&clock).now_or_never().is_some());
}

proptest! {
    #[test]
    fn the_limit_stays_between_one_and_its_cap(
        cap in 0_usize..40,
        outcomes in prop::collection::vec((any::<bool>(), 0_usize..8), 0..200),
    ) {
        let mut limiter = Limiter::new(cap);
        let mut running = Vec::new();
        for (served, ending) in outcomes {
            running.extend(fill(&mut limiter));
            for wave in running.drain(..ending.min(running.len())) {
                limiter.end(wave, if served { Outcome::Served } else { REFUSED }, NOW);
            }
            prop_assert!((1..=cap.max(1)).contains(&limiter.limit()));
        }
    }
}
