//! Durations as people write and read them.
//!
//! A day is 24 hours, always; business days are another thing with its own unit, `bd`. Months have no length and no unit.

/// The units, longest first, in seconds.
const UNITS: [(&str, i64); 4] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)];

/// Seconds of `45s`, `1h30m`, `7d`: whole numbers with units, longest first, each unit once. None: not of that form.
pub fn parse_duration(text: &str) -> Option<i64> {
    let mut rest = text.trim();
    let mut seconds: i64 = 0;
    let mut units = &UNITS[..];
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..digits].parse().ok()?;
        let (index, (unit, length)) = units.iter().enumerate().find(|(_, (unit, _))| rest[digits..].starts_with(unit))?;
        seconds = seconds.checked_add(number.checked_mul(*length)?)?;
        rest = rest[digits + unit.len()..].trim_start();
        units = &units[index + 1..];
    }
    Some(seconds)
}

/// Days of `2bd`. None: not of that form.
pub fn parse_business_days(text: &str) -> Option<u32> {
    let digits = text.trim().strip_suffix("bd")?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// The shortest text that `parse_duration` reads back: `1h30m`, `0s`. Negative ones get a minus sign.
pub fn duration_text(seconds: i64) -> String {
    signed(seconds, |left| {
        let parts = split(left).filter(|(number, _)| *number > 0).map(|(number, unit)| format!("{number}{unit}"));
        Some(parts.collect::<String>()).filter(|text| !text.is_empty()).unwrap_or_else(|| "0s".to_owned())
    })
}

/// For reading at a glance: the two largest units, rounded, such as `1d 2h`, `1h 30m`, `45s`.
pub fn short_duration(seconds: i64) -> String {
    signed(seconds, |left| {
        let Some(first) = UNITS.iter().position(|(_, length)| left >= *length) else { return "0s".to_owned() };
        // Rounding may carry into a larger unit (59m 59.6s of an hour), so the parts are taken after it.
        let step = UNITS[(first + 1).min(3)].1;
        let rounded = left.saturating_add(step / 2) / step * step;
        let parts = split(rounded).skip_while(|(number, _)| *number == 0).take(2);
        parts.filter(|(number, _)| *number > 0).map(|(number, unit)| format!("{number}{unit}")).collect::<Vec<_>>().join(" ")
    })
}

/// For proofs: hours, minutes and seconds in full, such as `26h 0m 8s`, `42s`.
pub fn exact_duration(seconds: i64) -> String {
    signed(seconds, |left| match (left / 3600, left / 60 % 60, left % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m {seconds}s"),
        (hours, minutes, seconds) => format!("{hours}h {minutes}m {seconds}s"),
    })
}

/// How many of each unit, longest first.
fn split(seconds: i64) -> impl Iterator<Item = (i64, &'static str)> {
    let mut left = seconds;
    UNITS.into_iter().map(move |(unit, length)| {
        let number = left / length;
        left %= length;
        (number, unit)
    })
}

fn signed(seconds: i64, print: impl Fn(i64) -> String) -> String {
    let text = print(seconds.saturating_abs());
    if seconds < 0 { format!("-{text}") } else { text }
}
