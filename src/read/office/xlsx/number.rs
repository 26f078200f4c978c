//! Numbers as cells show them.

use super::styles::Format;

/// The day after the last that a cell can show: 9999-12-31.
const DAYS_END: f64 = 2_958_466.0;
const SECONDS_OF_DAY: i64 = 86_400;
/// Days from the first of the calendar of 1900 to that of 1904.
const DAYS_TO_1904: i64 = 1462;
/// The number of 1970-01-01, from which [`civil`] counts.
const EPOCH: i64 = 25_569;
/// Lotus 1-2-3 took 1900 for a leap year, and so do spreadsheets: day 60 is 1900-02-29. Before
/// it, all days are one too low for a calendar that knows better.
const FALSE_LEAP_DAY: i64 = 60;
/// Doubles hold this many digits; spreadsheets show no more of them.
const DIGITS: usize = 15;
/// A number that loses so many digits by rounding had none of them when it was typed.
const ARTEFACT_DIGITS: usize = 3;

/// The text of a cell's number.
pub(super) fn show(value: &str, format: Format, is_1904: bool) -> String {
    let Some(number) = value.parse::<f64>().ok().filter(|number| number.is_finite()) else {
        return value.to_owned();
    };
    let is_day = (0.0..DAYS_END).contains(&number);
    match format {
        Format::Percent(decimals) => format!("{:.*}%", usize::from(decimals), number * 100.0),
        Format::Date | Format::Time | Format::DateTime | Format::Elapsed if is_day => {
            moment(number, format, is_1904)
        }
        _ => general(number),
    }
}

fn moment(number: f64, format: Format, is_1904: bool) -> String {
    let seconds = (number * SECONDS_OF_DAY as f64).round() as i64;
    let (day, second) = (seconds / SECONDS_OF_DAY, seconds % SECONDS_OF_DAY);
    let (minutes, seconds_left) = (second / 60 % 60, second % 60);
    let hours = if format == Format::Elapsed { seconds / 3600 } else { second / 3600 };
    let time = format!("{hours:02}:{minutes:02}:{seconds_left:02}");
    if matches!(format, Format::Time | Format::Elapsed) || number < 1.0 && second != 0 {
        return time;
    }
    let date = date(day + if is_1904 { DAYS_TO_1904 } else { 0 });
    if second == 0 { date } else { format!("{date} {time}") }
}

fn date(day: i64) -> String {
    let (year, month, day) = match day {
        FALSE_LEAP_DAY => (1900, 2, 29),
        day if day < FALSE_LEAP_DAY => civil(day - EPOCH + 1),
        day => civil(day - EPOCH),
    };
    format!("{year:04}-{month:02}-{day:02}")
}

/// The date of a day counted from 1970-01-01, after H. Hinnant, "chrono-compatible low-level date
/// algorithms": years begin in March, so that leap days end them.
fn civil(day: i64) -> (i64, i64, i64) {
    const DAYS_OF_400_YEARS: i64 = 146_097;
    let day = day + 719_468;
    let era = day.div_euclid(DAYS_OF_400_YEARS);
    let day = day.rem_euclid(DAYS_OF_400_YEARS);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, date)
}

/// A number without a format: no trailing zeros, and powers of ten only if it is very long.
pub(super) fn general(number: f64) -> String {
    const LARGE: f64 = 1e15;
    const SMALL: f64 = 1e-9;
    if number == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{number:.*e}", DIGITS - 1);
    if (SMALL..LARGE).contains(&number.abs()) {
        let exact = format!("{number}");
        // 0.30000000000000004 is an artefact of 0.3, but 0.3333333333333333 is not one of fewer
        // digits.
        let rounded = scientific.parse().map_or_else(|_| exact.clone(), |r: f64| format!("{r}"));
        let is_artefact = rounded.len() + ARTEFACT_DIGITS <= exact.len();
        return if is_artefact { rounded } else { exact };
    }
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
    let (sign, exponent) = exponent.strip_prefix('-').map_or(("+", exponent), |e| ("-", e));
    format!("{mantissa}E{sign}{exponent:0>2}")
}

#[cfg(test)]
mod tests {
    use super::super::styles::by_code;
    use super::*;

    #[test]
    fn numbers_without_a_format() {
        for (value, expected) in [
            ("0", "0"),
            ("-0", "0"),
            ("12.50", "12.5"),
            ("0.30000000000000004", "0.3"),
            ("0.3333333333333333", "0.3333333333333333"),
            ("123456789012", "123456789012"),
            ("1e20", "1E+20"),
            ("-1.5E-12", "-1.5E-12"),
            ("not a number", "not a number"),
        ] {
            assert_eq!(show(value, Format::General, false), expected);
        }
    }

    #[test]
    fn days_and_times() {
        for (value, code, expected) in [
            ("1", "yyyy-mm-dd", "1900-01-01"),
            ("59", "d.m.yy", "1900-02-28"),
            ("60", "d.m.yy", "1900-02-29"),
            ("61", "d.m.yy", "1900-03-01"),
            ("45000.25", "yyyy/m/d h:mm", "2023-03-15 06:00:00"),
            ("45000", "[$-F800]dddd\\, mmmm\\ dd", "2023-03-15"),
            ("0.5", "h:mm AM/PM", "12:00:00"),
            ("0.999999999", "h:mm:ss", "00:00:00"),
            ("1.5", "[h]:mm", "36:00:00"),
            ("45000", "\"day\" 0", "45000"),
            ("45000", "[Red]General", "45000"),
            ("45000", "0.00\\d", "45000"),
            ("-1", "yyyy-mm-dd", "-1"),
            ("3000000", "yyyy-mm-dd", "3000000"),
            ("0.125", "0.0%", "12.5%"),
            ("45000", "mmm", "2023-03-15"),
            ("1500", "#,##0.00", "1500"),
        ] {
            assert_eq!(show(value, by_code(code), false), expected, "{value} {code}");
        }
    }
}
