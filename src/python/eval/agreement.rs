//! One answer for several bindings.

/// The answer for a binding is not known, so there is none for the name.
pub(in crate::python) struct Unknown;

/// The single answer for `all`. `answer` returns `Ok(None)` for one that is ignored; `join` merges two answers into one, or returns
/// `None` if they differ.
pub(in crate::python) fn agree<T, A>(
    all: impl IntoIterator<Item = T>,
    answer: impl Fn(T) -> Result<Option<A>, Unknown>,
    join: impl Fn(A, &A) -> Option<A>,
) -> Option<A> {
    let mut agreed: Option<A> = None;
    for one in all {
        let Some(found) = answer(one).ok()? else { continue };
        agreed = Some(match agreed {
            None => found,
            Some(known) => join(known, &found)?,
        });
    }
    agreed
}
