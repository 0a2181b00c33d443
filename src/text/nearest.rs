//! The known name that a mistaken one is most like.

/// One of `known` that is much like `name`, compared without case and with `_` as `-`, and given as it is written.
pub fn nearest<'n>(name: &str, known: &[&'n str]) -> Option<&'n str> {
    let plain: Vec<String> = known.iter().map(|name| normalised(name)).collect();
    let candidates: Vec<&str> = plain.iter().map(String::as_str).collect();
    let best = similar::get_close_matches(normalised(name).as_str(), &candidates, 1, 0.5).first().copied()?;
    plain.iter().zip(known).find(|(plain, _)| plain.as_str() == best).map(|(_, name)| *name)
}

/// A rule's name as it is compared.
pub fn normalised(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_without_case() {
        let known = ["unrestricted-bind", "PY031", "B104"];
        assert_eq!(nearest("unrestricted_bnd", &known), Some("unrestricted-bind"));
        assert_eq!(nearest("py31", &known), Some("PY031"));
        assert_eq!(nearest("zzz", &known), None);
    }
}
