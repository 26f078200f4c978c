//! Puts lists of anything in order by a number. The sort of the standard library is built anew,
//! at five kilobytes, for each type that is sorted; here numbers are, and the rest follows them.

/// Sorts by a key, from low to high. What has the same key stays in its order.
pub(crate) fn by_key<T>(items: &mut Vec<T>, key: impl Fn(&T) -> u64) {
    let mut order: Vec<(u64, u32)> = items.iter().map(key).zip(0..).collect();
    order.sort_unstable();
    let mut taken: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|(_, at)| taken[at as usize].take()));
}

/// Sorts by a score, from high to low. What has the same score stays in its order.
pub(crate) fn best_first<T>(items: &mut Vec<T>, score: impl Fn(&T) -> f32) {
    by_key(items, |item| {
        // The bits of a float rise with its value, those of a negative one fall.
        let bits = score(item).to_bits();
        let rising = if bits >> 31 == 0 { bits | 1 << 31 } else { !bits };
        u64::from(!rising)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn scores_are_ordered_as_by_a_stable_sort(scores in prop::collection::vec(any::<f32>(), 0..90)) {
            let mut items: Vec<(usize, f32)> = scores.into_iter().map(f32::round).enumerate().collect();
            let mut expected = items.clone();
            expected.sort_by(|a, b| b.1.total_cmp(&a.1));
            best_first(&mut items, |item| item.1);
            let places = |items: &[(usize, f32)]| items.iter().map(|item| item.0).collect::<Vec<_>>();
            prop_assert_eq!(places(&items), places(&expected));
        }

        #[test]
        fn equal_keys_keep_their_order(keys in prop::collection::vec(0_u64..5, 0..90)) {
            let mut items: Vec<(usize, u64)> = keys.into_iter().enumerate().collect();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.1);
            by_key(&mut items, |item| item.1);
            prop_assert_eq!(items, expected);
        }
    }
}
