//! Where the program chooses: whether a line runs, whether a context is used, and what a context stands in for.

use super::made::Made;
use super::settings::Setting;
use super::tables::UnverifiedHttpsContext;
use crate::python::syntax::kinds::Field;
use crate::python::{BooleanOperation, Branch, Call, Conditional, Kind, Node, PythonFile, always_leaves, last_segment};

/// Whether something between `node` and what also contains `beside` decides if `node` runs.
pub(super) fn is_chosen(node: Node<'_>, beside: Node<'_>) -> bool {
    let ancestors = node.ancestors().take_while(|around| !around.contains(beside));
    { ancestors }.any(|around| {
        matches!(
            around.kind(),
            Kind::IfStatement
                | Kind::ElifClause
                | Kind::ElseClause
                | Kind::ExceptClause
                | Kind::WhileStatement
                | Kind::ForStatement
                | Kind::CaseClause
        )
    })
}

/// Whether `other` runs after `node`, as far as their places say: another function, or a loop around both, may run at any
/// time.
pub(super) fn may_follow(other: Node<'_>, node: Node<'_>) -> bool {
    let is_repeated = || {
        node.ancestors()
            .take_while(|around| around.kind() != Kind::FunctionDefinition)
            .any(|around| matches!(around.kind(), Kind::ForStatement | Kind::WhileStatement) && around.contains(other))
    };
    other.start() > node.start() || function_around(other) != function_around(node) || is_repeated()
}

/// The function in which `node` runs; `None` for the module.
pub(super) fn function_around(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestors().find(|around| matches!(around.kind(), Kind::FunctionDefinition | Kind::Lambda))
}

/// What `condition` asks about, if it asks whether that is there, and whether it is true where that is not: `x` and true
/// for `x is None` and `not x`.
fn asked(condition: Node<'_>) -> Option<(Node<'_>, bool)> {
    let condition = condition.without_parentheses();
    match condition.kind() {
        Kind::Identifier | Kind::Attribute => Some((condition, false)),
        Kind::NotOperator => {
            let (tested, is_absent) = asked(condition.field(Field::Argument)?)?;
            Some((tested, !is_absent))
        }
        Kind::ComparisonOperator => {
            let mut sides = condition.named_children();
            let (tested, none) = (sides.next()?, sides.next()?);
            let operator = condition.field(Field::Operators)?.text();
            let is_absent = matches!(operator, "is" | "==");
            (none.kind() == Kind::None && (is_absent || matches!(operator, "is not" | "!=")))
                .then_some((tested, is_absent))
        }
        Kind::BooleanOperator => {
            let operation = BooleanOperation::of(condition).filter(|operation| !operation.is_or)?;
            { [operation.left, operation.right] }.into_iter().filter_map(asked).find(|(_, is_absent)| *is_absent)
        }
        _ => None,
    }
}

/// What has no value where `value` is used instead: `x` in `x or value`, and in `value if x is None else x`.
pub(super) fn stands_in_for<'f>(value: Node<'f>, around: Node<'f>) -> Option<Node<'f>> {
    if let Some(operation) = BooleanOperation::of(around) {
        return Some(operation.left).filter(|_| operation.is_or && operation.right == value);
    }
    let Conditional { value: when_true, condition, otherwise } = Conditional::of(around)?;
    let (tested, is_absent) = asked(condition)?;
    let other = if when_true == value { otherwise } else { when_true };
    (is_absent == (when_true == value) && tested.text() == other.text()).then_some(tested)
}

/// What has no value where `statement` runs: `x` in `if x is None: statement`.
pub(super) fn absent_at(statement: Node<'_>) -> Option<Node<'_>> {
    let block = statement.parent()?;
    let around = block.parent()?;
    let (condition, is_consequence) = match Branch::of(around) {
        Some(branch) => (branch.condition, branch.consequence == block),
        None => (Branch::of(around.parent().filter(|_| around.kind() == Kind::ElseClause)?)?.condition, false),
    };
    asked(condition).filter(|(_, is_absent)| *is_absent == is_consequence).map(|(tested, _)| tested)
}

/// Only a hostile block has more statements, a hostile choice more branches, and a hostile branch more nodes.
const MOST_STATEMENTS: usize = 256;
const MOST_BRANCHES: usize = 16;
const MOST_NODES: usize = 2048;

/// Where the other branch of a choice around `maker` and `off`, the lines that switch verification off, makes a context of its
/// own, or connects with the default one. `clients` are what connects with what `maker` makes.
pub(super) fn context_otherwise<'f>(
    file: &'f PythonFile,
    tables: &UnverifiedHttpsContext,
    maker: Node<'f>,
    off: &[Setting<'f>],
    clients: &[Node<'f>],
) -> Option<Node<'f>> {
    let verifying = clients.iter().filter(|client| tables.verifies_by_default(file, **client));
    let calls = verifying.flat_map(|client| {
        let around = client.ancestors().take_while(|around| !around.kind().is_statement());
        around.filter_map(Call::of).map(|call| call.callee.text())
    });
    let calls: Vec<&str> = calls.collect();
    let function = function_around(maker);
    let off: Vec<Node<'f>> =
        off.iter().map(|setting| setting.node).filter(|line| function_around(*line) == function).collect();
    ways_around(maker, &off).into_iter().take(MOST_BRANCHES).find_map(|way| context_in(file, tables, &way, &calls))
}

/// What runs instead of `node` and the lines `beside`: the other branches around it, and what follows a branch that returns.
/// What another scheme or another Python brings is not a choice of verification.
fn ways_around<'f>(node: Node<'f>, beside: &[Node<'f>]) -> Vec<Vec<Node<'f>>> {
    let is_branch = |child: &Node<'_>| matches!(child.kind(), Kind::Block | Kind::ElifClause | Kind::ElseClause);
    let is_left = |branch: Node<'_>| {
        let block = branch.named_children().find(|child| child.kind() == Kind::Block);
        always_leaves(block.filter(|_| branch.kind() != Kind::Block).unwrap_or(branch))
    };
    let is_whole = |branch: Node<'f>| beside.iter().all(|line| branch.contains(*line));
    let mut ways = Vec::new();
    let mut has_left = false;
    let mut at = node;
    for around in node.ancestors().take_while(|around| around.kind() != Kind::FunctionDefinition) {
        match around.kind() {
            Kind::IfStatement if is_branch(&at) && is_whole(at) && !is_of_another_kind(around) => {
                ways.extend(
                    around.named_children().filter(|child| is_branch(child) && *child != at).map(|way| vec![way]),
                );
                has_left = is_left(at);
            }
            Kind::Block if at.kind() == Kind::CaseClause && is_whole(at) => {
                let cases = around.named_children().filter(|child| *child != at).take(MOST_STATEMENTS);
                ways.extend(cases.map(|way| vec![way]));
            }
            Kind::Block if around.named_children().take(MOST_STATEMENTS).count() < MOST_STATEMENTS => {
                let before = around.named_children().take_while(|statement| *statement != at);
                let branches =
                    before.filter(|before| before.kind() == Kind::IfStatement && !is_of_another_kind(*before));
                let left = branches.flat_map(Node::named_children).filter(|child| is_branch(child) && is_left(*child));
                ways.extend(left.map(|way| vec![way]));
                if at.kind() == Kind::IfStatement && has_left {
                    ways.push(around.named_children().skip_while(|statement| *statement != at).skip(1).collect());
                }
                has_left = false;
            }
            _ => {}
        }
        at = around;
    }
    ways
}

/// Whether the `if` statement asks for a scheme, or for what the Python that runs has.
fn is_of_another_kind(branch: Node<'_>) -> bool {
    let condition = Branch::of(branch).map(|branch| branch.condition);
    let words = condition.into_iter().flat_map(Node::descendants).take(MOST_STATEMENTS);
    let mut words = words.filter(|node| matches!(node.kind(), Kind::Identifier | Kind::String));
    let says = |text: &str| ["https", "scheme", "hasattr", "version_info"].iter().any(|word| text.contains(word));
    words.any(|word| says(&word.text().to_ascii_lowercase()))
}

/// A call in `way` that makes a client's context, or one of `calls` that gets none and so makes one itself. Whether it verifies
/// is not asked: a fix of the other branch would change the answer.
fn context_in<'f>(
    file: &'f PythonFile,
    tables: &UnverifiedHttpsContext,
    way: &[Node<'f>],
    calls: &[&str],
) -> Option<Node<'f>> {
    let makes = |call: &Call<'f>| {
        let word = call.callee.last_identifier().text();
        let mut names = tables.verifying.0.iter().chain(&tables.makers.0).map(|row| row.name.as_str());
        let may_make = call.callee.kind() == Kind::Identifier || names.any(|name| last_segment(name) == word);
        let path = may_make.then(|| file.qualified_name(call.callee)).flatten();
        path.is_some_and(|path| tables.is_maker(&path) || tables.verifying.find(&path).is_some())
            && matches!(Made::by(file, call), Made::Client | Made::Unverified)
    };
    let connects = |call: &Call<'f>| calls.contains(&call.callee.text()) && !tables.is_given(call);
    let nodes = way.iter().flat_map(|part| part.descendants()).take(MOST_NODES);
    let mut found = nodes.filter_map(Call::of).filter(|call| connects(call) || makes(call));
    found.next().map(|call| call.callee)
}
