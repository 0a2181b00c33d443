//! What a call passes for the parameters of a function.

use super::pending::Part;
use crate::python::PythonFile;
use crate::python::file::{CallSite, CalledBy};
use crate::python::syntax::calls::{Argument, ArgumentPlace, Call};
use crate::python::syntax::definitions::decorated;
use crate::python::syntax::tree::Node;

/// Where the value of an argument is written: an expression, and what is taken out of it.
pub(super) type Written<'f> = (Node<'f>, Vec<Part>);

/// What a call passes for one parameter.
#[derive(Debug, Default)]
pub(super) struct Argued<'f> {
    /// Where it may be written.
    pub(super) values: Vec<Written<'f>>,
    /// It may be that nothing is passed.
    pub(super) may_be_omitted: bool,
}

/// The arguments that a call passes to a function.
#[derive(Debug, Default)]
pub(super) struct Arguments<'f> {
    positional: Vec<Written<'f>>,
    keywords: Vec<(&'f str, Node<'f>)>,
    /// `*values`, and the position from which on it counts.
    star: Option<(usize, Node<'f>)>,
    /// `**values`.
    double_stars: Vec<Node<'f>>,
}

impl<'f> Arguments<'f> {
    /// The arguments of `call` itself.
    pub(super) fn of(call: &Call<'f>) -> Self {
        Self::listed(&call.arguments)
    }

    fn listed(arguments: &[Argument<'f>]) -> Self {
        let mut found = Self::default();
        for argument in arguments {
            match argument {
                Argument::Positional(node) if found.star.is_none() => found.positional.push((*node, Vec::new())),
                Argument::Positional(_) => {}
                Argument::Keyword { name, value, .. } => found.keywords.push((name, *value)),
                Argument::Star(node) => {
                    let position = found.positional.len();
                    found.star = found.star.or(node.named_children().next().map(|inner| (position, inner)));
                }
                Argument::DoubleStar(node) => found.double_stars.extend(node.named_children().next()),
            }
        }
        found
    }

    /// The argument at zero-based position `index`, or with the name `keyword`.
    pub(super) fn find(&self, index: Option<usize>, keyword: Option<&str>) -> Argued<'f> {
        let by_position = index.and_then(|index| self.positional.get(index).cloned());
        let by_name =
            || self.keywords.iter().find(|(name, _)| Some(*name) == keyword).map(|(_, node)| (*node, Vec::new()));
        if let Some(only) = by_position.or_else(by_name) {
            return Argued { values: vec![only], may_be_omitted: false };
        }
        let mut found = Argued { values: Vec::new(), may_be_omitted: true };
        if let (Some((from, values)), Some(index)) = (self.star, index)
            && let Some(at) = index.checked_sub(from)
        {
            found.values.push((values, vec![Part::Index(at)]));
        }
        if let Some(keyword) = keyword {
            let items = self.double_stars.iter().map(|values| (*values, vec![Part::Key(keyword.to_string())]));
            found.values.extend(items);
        }
        found
    }
}

impl CallSite {
    /// The position of the argument that the parameter at `position` takes.
    pub(super) fn index(&self, position: Option<usize>) -> Option<usize> {
        position.and_then(|position| position.checked_sub(usize::from(self.has_object)))
    }

    /// What the function gets here.
    pub(super) fn arguments<'f>(&self, file: &'f PythonFile) -> Arguments<'f> {
        let place = file.node(self.call);
        if let CalledBy::Decorator = self.by {
            let given = decorated(place).map(|node| (node, Vec::new()));
            return Arguments { positional: given.into_iter().collect(), ..Arguments::default() };
        }
        let Some(call) = Call::of(place) else { return Arguments::default() };
        let CalledBy::Other(row) = self.by else { return Arguments::of(&call) };
        let of_call = Arguments::of(&call);
        let parts = |parameter: &Option<ArgumentPlace>| {
            let place = parameter.as_ref()?;
            of_call.find(place.index, place.keyword.as_deref()).values.into_iter().next().map(|(node, _)| node)
        };
        match row.rest {
            Some(rest) => {
                let own = call.arguments.iter().skip(rest).copied().collect::<Vec<_>>();
                let mut found = Arguments::listed(&own);
                if row.each {
                    found.positional.iter_mut().for_each(|(_, path)| path.push(Part::Each));
                }
                found
            }
            None => Arguments {
                star: parts(&row.args).map(|values| (0, values)),
                double_stars: parts(&row.kwargs).into_iter().collect(),
                ..Arguments::default()
            },
        }
    }
}
