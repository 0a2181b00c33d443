//! Whether a call is one arm of a choice between plaintext and TLS.
//!
//! 29 % of the calls in real code are: the program decides by a URL's scheme or a setting, and the other arm makes the
//! TLS connection. Rewriting the plaintext arm would break exactly the case that it is for.

use crate::python::syntax::literals::string_value;
use crate::python::{Assignment, Branch, Function, Kind, Node, NodeId, NodeSet, PythonFile, Subscript, always_leaves};
use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// The choices of one file. Facts about a node that many calls share are computed once.
pub(super) struct Choices<'f> {
    file: &'f PythonFile,
    tls_names: NodeSet,
    /// By node: up to two of its children that name TLS; and up to two that are about TLS.
    naming: RefCell<HashMap<NodeId, Children>>,
    speaking: RefCell<HashMap<NodeId, Children>>,
    /// By a block or the module.
    suites: RefCell<HashMap<NodeId, Rc<Suite<'f>>>>,
    /// By method name: up to two classes whose method of that name uses TLS.
    twins: OnceCell<HashMap<&'f str, Children>>,
    /// The names of functions that use TLS.
    secure_functions: OnceCell<HashSet<&'f str>>,
}

/// Only a hostile file nests deeper, or has more in one expression.
const MOST_ARMS: usize = 64;
const MOST_NODES: usize = 5_000;

/// The first two of some nodes: enough to say whether there is one besides a given node.
#[derive(Debug, Clone, Copy, Default)]
struct Children([Option<NodeId>; 2]);

impl Children {
    fn first_two<'f>(mut nodes: impl Iterator<Item = Node<'f>>) -> Self {
        Self([nodes.next().map(Node::id), nodes.next().map(Node::id)])
    }

    fn add(&mut self, node: Node<'_>) {
        if !self.0.contains(&Some(node.id()))
            && let Some(free) = self.0.iter_mut().find(|place| place.is_none())
        {
            *free = Some(node.id());
        }
    }

    fn has_beside(&self, node: Node<'_>) -> bool {
        self.0.iter().flatten().any(|other| *other != node.id())
    }
}

/// Facts about the statements of a suite.
#[derive(Default)]
struct Suite<'f> {
    /// The start of the first `if` that decides about TLS and leaves.
    first_leaving: Option<usize>,
    /// By assignment target within an `if` that names TLS: up to two of these.
    assigning: HashMap<&'f str, Children>,
    /// The start of the last other statement that names TLS.
    last_naming: Option<usize>,
}

impl<'f> Choices<'f> {
    /// `words`, in lower case, are parts of names that mean TLS.
    pub(super) fn of(file: &'f PythonFile, words: &[String]) -> Self {
        let speaks = |text: &str| words.iter().any(|word| text.to_ascii_lowercase().contains(word));
        let is_tls = |name: &Node<'_>| name.kind() == Kind::Identifier && speaks(name.text());
        Self {
            file,
            tls_names: file.root().descendants().filter(is_tls).collect(),
            naming: RefCell::default(),
            speaking: RefCell::default(),
            suites: RefCell::default(),
            twins: OnceCell::new(),
            secure_functions: OnceCell::new(),
        }
    }

    /// Whether `call` is an arm of a choice whose condition or other arm is about TLS.
    pub(super) fn is_arm(&self, call: Node<'f>) -> bool {
        let mut below = call;
        for around in call.ancestors() {
            match around.kind() {
                Kind::IfStatement if self.is_second_choice(around, call) => return true,
                Kind::ClassDefinition => return false,
                Kind::FunctionDefinition if self.has_tls_twin(around) || self.is_chosen(around) => return true,
                Kind::Module | Kind::Block if self.is_after_choice(around, below) => return true,
                Kind::IfStatement | Kind::ConditionalExpression | Kind::BooleanOperator | Kind::MatchStatement
                    if self.speaking_in(around).has_beside(below) =>
                {
                    return true;
                }
                // `conns["http"] = …`
                Kind::Assignment if Assignment::of(around).is_some_and(|made| is_keyed_by_scheme(made.target)) => {
                    return true;
                }
                Kind::CaseClause if around.parent().is_some_and(|arms| self.naming_in(arms).has_beside(around)) => {
                    return true;
                }
                // `while …: … HTTPSConnection … else: …`
                Kind::WhileStatement | Kind::ForStatement
                    if below.kind() == Kind::ElseClause && self.naming_in(around).has_beside(below) =>
                {
                    return true;
                }
                Kind::ElifClause if below.kind() == Kind::Block && self.speaking_in(around).has_beside(below) => {
                    return true;
                }
                // A dispatch table, or an attempt before a fallback.
                Kind::Dictionary | Kind::List | Kind::Tuple | Kind::TryStatement
                    if self.naming_in(around).has_beside(below) =>
                {
                    return true;
                }
                _ => {}
            }
            below = around;
        }
        false
    }

    /// `if secure: return HTTPSConnection(…)` before the statement, or the statement's own early return before TLS; and an `if`
    /// around it that assigns the same target.
    fn is_after_choice(&self, block: Node<'f>, statement: Node<'f>) -> bool {
        let suite = self.suite(block);
        suite.first_leaving.is_some_and(|start| start < statement.start())
        || assigned_target(statement)
            .and_then(|target| suite.assigning.get(target))
            .is_some_and(|choices| choices.has_beside(statement))
        // `if plain: return HTTPConnection(…)` and then the TLS connection.
        || suite.last_naming.is_some_and(|start| start > statement.end())
            && statement.kind() == Kind::IfStatement
            && arm_leaves(statement)
    }

    /// `c = HTTPSConnection(…) if secure else None` and then `if c is None: c = HTTPConnection(…)`.
    fn is_second_choice(&self, choice: Node<'f>, call: Node<'f>) -> bool {
        let Some(target) = assigned_target(call.statement()) else { return false };
        let tests_target = |condition: Node<'f>| condition.descendants().any(|part| part.text() == target);
        let Some(block) =
            choice.parent().filter(|_| Branch::of(choice).is_some_and(|branch| tests_target(branch.condition)))
        else {
            return false;
        };
        let mut earlier = block.named_children().take_while(|statement| statement.start() < choice.start()).take(200);
        earlier.any(|statement| self.names_tls(statement) && assigned_target(statement) == Some(target))
    }

    fn suite(&self, block: Node<'f>) -> Rc<Suite<'f>> {
        if let Some(known) = self.suites.borrow().get(&block.id()) {
            return Rc::clone(known);
        }
        let mut suite = Suite::default();
        for statement in block.named_children() {
            let names_tls = self.names_tls(statement);
            if statement.kind() == Kind::AssertStatement
                && statement.named_children().any(|child| self.speaks_of_tls(child))
            {
                suite.first_leaving.get_or_insert(statement.start());
            }
            if statement.kind() != Kind::IfStatement {
                if names_tls {
                    suite.last_naming = Some(statement.start());
                }
                continue;
            }
            if names_tls {
                for target in statement.descendants().filter_map(assigned_target) {
                    suite.assigning.entry(target).or_default().add(statement);
                }
            }
            // Also `if secure: return self._secure()` before the statement.
            let decides =
                || names_tls || Branch::of(statement).is_some_and(|branch| self.speaks_of_tls(branch.condition));
            if suite.first_leaving.is_none() && arm_leaves(statement) && decides() {
                suite.first_leaving = Some(statement.start());
            }
        }
        let suite = Rc::new(suite);
        self.suites.borrow_mut().insert(block.id(), Rc::clone(&suite));
        suite
    }

    /// Whether another class in the file has a method of the same name that uses TLS: `Transport` and `SafeTransport`
    /// of `xmlrpc.client`, where the class is the choice.
    fn has_tls_twin(&self, method: Node<'f>) -> bool {
        let (Some(name), Some(class)) = (name_of(method), class_of(method)) else { return false };
        let twins = self.twins.get_or_init(|| {
            let mut twins: HashMap<&str, Children> = HashMap::new();
            for other in self.file.root().descendants().filter(|node| node.kind() == Kind::FunctionDefinition) {
                if let (Some(name), Some(class)) = (name_of(other), class_of(other))
                    && self.names_tls(other)
                {
                    twins.entry(name.text()).or_default().add(class);
                }
            }
            twins
        });
        twins.get(name.text()).is_some_and(|classes| classes.has_beside(class))
    }

    /// Whether the program chooses between the function `plain` and one that uses TLS: `{"http": plain, "https": secure}`,
    /// `secure if tls else plain`, `if tls: return secure(host)`.
    fn is_chosen(&self, plain: Node<'f>) -> bool {
        let secure = self.secure_functions.get_or_init(|| {
            let functions = self.file.root().descendants().filter_map(Function::of);
            let secure = functions.filter(|function| self.names_tls(function.node));
            secure.filter_map(|function| Some(function.name?.text())).collect()
        });
        let Some(name) = Function::of(plain).and_then(|function| function.name) else { return false };
        if secure.is_empty() || secure.contains(name.text()) {
            return false;
        }
        let names_secure = |node: Node<'f>| {
            let mut names = node.descendants().take(MOST_NODES).filter(|part| part.kind() == Kind::Identifier);
            names.any(|part| secure.contains(part.text()))
        };
        self.file.uses_of_function(plain).into_iter().any(|read| {
            let chooses = |around: &Node<'f>| {
                matches!(
                    around.kind(),
                    Kind::Dictionary
                        | Kind::List
                        | Kind::Tuple
                        | Kind::ConditionalExpression
                        | Kind::BooleanOperator
                        | Kind::IfStatement
                        | Kind::MatchStatement
                )
            };
            let within =
                read.ancestors().take_while(|around| around.kind() != Kind::FunctionDefinition).take(MOST_ARMS);
            within.filter(chooses).flat_map(Node::named_children).filter(|arm| !arm.contains(read)).any(names_secure)
        })
    }

    fn naming_in(&self, around: Node<'f>) -> Children {
        *self
            .naming
            .borrow_mut()
            .entry(around.id())
            .or_insert_with(|| Children::first_two(around.named_children().filter(|child| self.names_tls(*child))))
    }

    fn speaking_in(&self, around: Node<'f>) -> Children {
        *self
            .speaking
            .borrow_mut()
            .entry(around.id())
            .or_insert_with(|| Children::first_two(around.named_children().filter(|child| self.speaks_of_tls(*child))))
    }

    /// An identifier such as `HTTPSConnection`, `https_class`, `make_https`.
    fn names_tls(&self, node: Node<'_>) -> bool {
        self.tls_names.meets(node)
    }

    /// [`Choices::names_tls`], or a condition on the scheme: `scheme == "http"`, `if use_ssl`.
    fn speaks_of_tls(&self, node: Node<'_>) -> bool {
        if self.names_tls(node) {
            return true;
        }
        let is_condition = node.is_condition()
            || node.parent().is_some_and(|parent| {
                matches!(
                    parent.kind(),
                    Kind::ConditionalExpression | Kind::BooleanOperator | Kind::MatchStatement | Kind::AssertStatement
                )
            });
        is_condition
            && node.descendants().any(|part| match part.kind() {
                Kind::Identifier => {
                    let name = part.text().to_ascii_lowercase();
                    ["ssl", "tls", "secure", "scheme"].iter().any(|word| name.contains(word))
                }
                Kind::StringContent => {
                    matches!(part.text().trim_end_matches("://").trim_end_matches(':'), "http" | "https")
                }
                _ => false,
            })
    }
}

fn class_of(method: Node<'_>) -> Option<Node<'_>> {
    let around = method.parent()?;
    let body = if around.kind() == Kind::DecoratedDefinition { around.parent()? } else { around };
    body.parent().filter(|class| class.kind() == Kind::ClassDefinition)
}

fn name_of<'f>(function: Node<'f>) -> Option<Node<'f>> {
    Function::of(function)?.name
}

fn arm_leaves(choice: Node<'_>) -> bool {
    choice.descendants().any(|node| node.kind() == Kind::Block && always_leaves(node))
}

fn assigned_target<'f>(statement: Node<'f>) -> Option<&'f str> {
    let expression = statement.named_children().next().filter(|_| statement.kind() == Kind::ExpressionStatement)?;
    Assignment::of(expression).map(|made| made.target.text())
}

fn is_keyed_by_scheme(target: Node<'_>) -> bool {
    let key = Subscript::of(target).and_then(|subscript| string_value(subscript.index));
    key.is_some_and(|key| matches!(key.as_str(), "http" | "https"))
}
