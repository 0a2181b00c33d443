//! Finds the known name nearest to a misspelt one.

/// The one of `known` that is most similar to `name`, as it is written there. Case is ignored, and `_` equals `-`.
pub fn nearest<'n>(name: &str, known: &[&'n str]) -> Option<&'n str> {
    let plain: Vec<String> = known.iter().map(|name| normalised(name)).collect();
    let candidates: Vec<&str> = plain.iter().map(String::as_str).collect();
    let best = similar::get_close_matches(normalised(name).as_str(), &candidates, 1, 0.5).first().copied()?;
    plain.iter().zip(known).find(|(plain, _)| plain.as_str() == best).map(|(_, name)| *name)
}

/// A rule's name in the form that is compared.
pub fn normalised(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

/// The help of a problem about an unknown name: the nearest of `known`, and all of them.
pub fn did_you_mean(unknown: &str, known: &[&str]) -> String {
    let all = known.join(", ");
    match nearest(unknown, known) {
        Some(nearest) => format!("did you mean `{nearest}`? Known names: {all}"),
        None => format!("known names: {all}"),
    }
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
