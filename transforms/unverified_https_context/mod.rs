//! A context that does not verify is found where it is made so: at the call that makes it, or at the lines that switch
//! verification off.
//!
//! Two walks meet here. Backwards, from a client's argument to the call that made the context, through everything that the
//! model follows; forwards, from the call or the lines to whatever happens to the context ([`life`]). What a server accepts
//! connections with is not a finding.

mod life;
mod off;

use super::connection;
use super::twin::doubt_about;
use crate::finding::{Draft, Findings, Reason, Related, SymbolicEdit};
use crate::python::{
    Assignment, Attribute, BindingId, Call, ClassDefinition, Function, Kind, Node, NodeId, PythonFile, last_segment,
};
use crate::rule::reasons;
use crate::rule::{
    Beside, Check, FileFacts, Found, Match, Metadata, PrefilterPattern, Row, Rows, Standing, Table, Verdict,
    identifier, qualified,
};
use crate::text::Span;
use life::{Life, Setting, SettingKind, word};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::{HashMap, HashSet};

const UNVERIFIED_CONTEXT: Reason = Reason::new("unverified-context", "verification was switched off on purpose");

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct UnverifiedHttpsContext {
    /// Callables that take a context.
    clients: Rows<Client>,
    /// Callables that create a context that verifies nothing.
    makers: Rows<Maker>,
    /// Callables that create a context that verifies.
    verifying: Rows<Maker>,
    /// Callables that accept connections with a context.
    servers: Rows<Client>,
    /// Functions that wrap a socket without a context.
    wrappers: Rows<Maker>,
    /// Methods that connect with a context, of objects whose type is often not known.
    connecting_methods: Vec<Method>,
    /// Methods that accept connections with a context, of objects whose type is often not known.
    serving_methods: Vec<Method>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Client {
    /// Qualified name.
    #[serde(deserialize_with = "qualified")]
    name: String,
    /// The keyword of the context.
    #[serde(deserialize_with = "identifier")]
    keyword: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Maker {
    /// Qualified name.
    #[serde(deserialize_with = "qualified")]
    name: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Method {
    /// Its name.
    #[serde(deserialize_with = "identifier")]
    name: String,
    /// The keyword of the context.
    #[serde(deserialize_with = "identifier")]
    keyword: String,
}

impl Row for Client {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Row for Maker {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Check for UnverifiedHttpsContext {
    fn tables(&self) -> Vec<(&'static str, &dyn Table)> {
        vec![
            ("clients", &self.clients),
            ("makers", &self.makers),
            ("verifying", &self.verifying),
            ("wrappers", &self.wrappers),
        ]
    }

    fn prefilter(&self) -> Vec<PrefilterPattern> {
        let words = |table: &dyn Table| table.last_segments().into_iter().map(str::to_string).collect::<Vec<_>>();
        // What a class of another module makes its context with is not read: a client's call may get any.
        let signs = [words(&self.makers), words(&self.verifying), TURNED_OFF.map(str::to_string).to_vec()].concat();
        let beside_ssl = || vec![Beside::OneOf(vec!["ssl".to_string()])];
        let words_beside_ssl =
            |words: Vec<String>| PrefilterPattern { words, beside: beside_ssl(), ..PrefilterPattern::default() };
        vec![
            PrefilterPattern {
                words: words(&self.clients),
                beside: vec![Beside::OneOf(signs)],
                ..PrefilterPattern::default()
            },
            PrefilterPattern { words: vec![connection::DEFAULT_CONTEXT.to_string()], ..PrefilterPattern::default() },
            words_beside_ssl(words(&self.makers)),
            words_beside_ssl(words(&self.wrappers)),
            PrefilterPattern {
                words: TURNED_OFF.map(str::to_string).to_vec(),
                standing: Standing::Assigned,
                beside: beside_ssl(),
            },
        ]
    }

    fn check(&self, rule: &Metadata, file: &PythonFile, matches: &[Match<'_>], _: &FileFacts<'_>) -> Findings {
        let mut found = Drafts::default();
        let mut around = Around { rule, file, set_ups: HashMap::new(), clients: HashMap::new() };
        for matched in matches {
            let draft = match matched.capture("default") {
                Some(_) => self.check_default(rule, file, matched.node),
                None => self.check_call(&mut around, matched),
            };
            found.extend(draft);
        }
        let mut lines = Lines::default();
        for matched in matches.iter().filter(|matched| matched.hit("makers").or(matched.hit("verifying")).is_some()) {
            if !found.by_span.contains_key(&matched.node.span()) {
                found.extend(self.check_maker(&around, matched.node, &mut lines));
            }
        }
        for matched in matches.iter().filter(|matched| matched.capture("setting").is_some()) {
            if !lines.judged.contains(&matched.node.id()) {
                found.extend(self.check_line(&around, matched.node, &mut lines));
            }
        }
        for matched in matches.iter().filter(|matched| matched.hit("wrappers").is_some()) {
            found.extend(check_wrapper(rule, file, matched));
        }
        found.drafts.into_iter().collect()
    }
}

/// Findings by their place: one context for several clients is one finding that names every client.
#[derive(Debug, Default)]
struct Drafts {
    drafts: Vec<Draft>,
    by_span: HashMap<Span, usize>,
}

impl Drafts {
    fn extend(&mut self, draft: Option<Draft>) {
        let Some(draft) = draft else { return };
        match self.by_span.get(&draft.finding.span).and_then(|index| self.drafts.get_mut(*index)) {
            Some(known) => known.finding.related.extend(draft.finding.related),
            None => {
                self.by_span.insert(draft.finding.span, self.drafts.len());
                self.drafts.push(draft);
            }
        }
    }
}

/// The lines that decide about verification, by what became of them.
#[derive(Debug, Default)]
struct Lines {
    /// It is known which context they are about.
    judged: HashSet<NodeId>,
    /// They are in a finding.
    found: HashSet<NodeId>,
}

/// What the walk through a context's life asks the tables.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tables<'t> {
    rule: &'t UnverifiedHttpsContext,
}

impl Tables<'_> {
    /// Whether a call of one of `paths`, or of `method` of any object, connects with the context that it gets as `keyword`.
    fn connects(self, paths: &[String], method: Option<&str>, keyword: Option<&str>) -> bool {
        takes(&self.rule.clients, &self.rule.connecting_methods, paths, method, keyword)
    }

    /// Whether it accepts connections with that context.
    fn serves(self, paths: &[String], method: Option<&str>, keyword: Option<&str>) -> bool {
        takes(&self.rule.servers, &self.rule.serving_methods, paths, method, keyword)
    }
}

fn takes(
    rows: &Rows<Client>,
    methods: &[Method],
    paths: &[String],
    method: Option<&str>,
    keyword: Option<&str>,
) -> bool {
    let by_name = rows.0.iter().any(|row| paths.contains(&row.name) && keyword == Some(row.keyword.as_str()));
    by_name || methods.iter().any(|row| method == Some(row.name.as_str()) && keyword == Some(row.keyword.as_str()))
}

/// The file around the calls, and what is done to the contexts in it.
struct Around<'f> {
    rule: &'f Metadata,
    file: &'f PythonFile,
    set_ups: HashMap<BindingId, SetUp>,
    /// What connects with a context that is switched off later, by the call that makes it.
    clients: HashMap<NodeId, Vec<Span>>,
}

impl Around<'_> {
    fn set_up(&mut self, name: BindingId) -> SetUp {
        *self.set_ups.entry(name).or_insert_with(|| SetUp::of(self.file, name))
    }
}

/// The attributes of a context that can switch verification off.
const TURNED_OFF: [&str; 2] = ["verify_mode", "check_hostname"];

impl UnverifiedHttpsContext {
    fn is_maker(&self, path: &str) -> bool {
        self.makers.find(path).is_some()
    }

    /// `ssl._create_default_https_context = ssl._create_unverified_context`: every client in the process stops
    /// verifying.
    fn check_default(&self, rule: &Metadata, file: &PythonFile, assignment: Node<'_>) -> Option<Draft> {
        let Assignment { target, right } = Assignment::of(assignment)?;
        let value = right?;
        let maker = file.qualified_name(value).filter(|made| self.is_maker(made))?;
        if file.qualified_name(target)? != format!("ssl.{}", connection::DEFAULT_CONTEXT) {
            return None;
        }
        let mut verdict = Verdict::default();
        let every_client = "the assignment switches verification off on purpose, for every client of the process";
        verdict.refuse(UNVERIFIED_CONTEXT.says(every_client));
        let found = Found {
            message: format!(
                "`{}` stops every client in this process from verifying certificates",
                last_segment(&maker)
            ),
            span: value.span(),
            related: Vec::new(),
            title: String::new(),
            help: "remove the assignment, and pass a context with `cafile=` to the client that needs one".to_string(),
        };
        Some(verdict.finish(rule, found))
    }

    fn check_call(&self, around: &mut Around<'_>, matched: &Match<'_>) -> Option<Draft> {
        let (_, client) = matched.row("clients", &self.clients)?;
        let given = Call::of(matched.node)?.keyword(&client.keyword)?;
        self.check_context(around, matched, given).or_else(|| self.check_choice(around, matched, given))
    }

    /// The finding for a context that is known for certain.
    fn check_context(&self, around: &mut Around<'_>, matched: &Match<'_>, given: Node<'_>) -> Option<Draft> {
        let file = around.file;
        let value = file.value(given)?;
        // `self.context`, assigned once in the class.
        let attributes = if value.node.kind() == Kind::Attribute { file.origins(value.node) } else { Vec::new() };
        let maker = match (value.node.kind(), attributes.as_slice()) {
            (Kind::Attribute, [only]) => Call::of(*only)?,
            _ => Call::of(value.node)?,
        };
        let made = file.qualified_name(maker.callee)?;
        let is_maker = self.is_maker(&made);
        if value.reassigned || !is_maker && self.verifying.find(&made).is_none() {
            return None;
        }
        let by_attribute = attributes.first().map(|_| SetUp::of_attribute(file, value.node));
        let setup =
            value.names.iter().map(|name| around.set_up(*name)).chain(by_attribute).max().unwrap_or(SetUp::Untouched);
        if setup == SetUp::TurnedOff {
            around.clients.entry(maker.node.id()).or_default().push(matched.callee.span());
            return None;
        }
        let is_fixable = match setup {
            SetUp::Untouched if is_maker => replaces(file, &maker)?,
            _ => return None,
        };
        let mut reasons = vec![on_purpose(&maker)];
        let stored = format!("the context is stored in {}, which other code can read", reasons::quoted(value.node));
        reasons.extend(by_attribute.map(|_| reasons::ATTRIBUTE.says(stored)));
        Some(finding(around.rule, matched, given, &maker, reasons, is_fixable))
    }

    /// The finding for a context that is one of several: by a conditional expression, a second assignment, a
    /// parameter's default.
    fn check_choice(&self, around: &mut Around<'_>, matched: &Match<'_>, given: Node<'_>) -> Option<Draft> {
        let file = around.file;
        let values = file.sources(given);
        let is_only = values.len() == 1;
        values.into_iter().find_map(|value| {
            let maker = Call::of(value.node)?;
            file.qualified_name(maker.callee).filter(|made| self.is_maker(made))?;
            let is_whole = replaces(file, &maker)?;
            if value.names.iter().map(|name| around.set_up(*name)).max().is_some_and(|setup| setup != SetUp::Untouched)
            {
                return None;
            }
            let doubts = value.via.iter().map(|step| doubt_about(file, "the context", step));
            let mut reasons: Vec<Reason> = doubts.collect();
            let is_chosen = !is_only || value.reassigned || reasons.contains(&reasons::CONDITIONAL);
            if value.reassigned {
                reasons.push(
                    reasons::REASSIGNED
                        .says("the name of the context is assigned more than once, and the program chooses"),
                );
            } else if is_chosen {
                reasons.push(reasons::CONDITIONAL.says("the program chooses between this context and others"));
            }
            reasons.push(on_purpose(&maker));
            // The other value may be a context that verifies: the program chooses.
            Some(finding(around.rule, matched, given, &maker, reasons, !is_chosen && is_whole))
        })
    }
}

fn finding(
    rule: &Metadata,
    matched: &Match<'_>,
    given: Node<'_>,
    maker: &Call<'_>,
    reasons: Vec<Reason>,
    is_fixable: bool,
) -> Draft {
    let related = match given.contains(maker.node) {
        true => Vec::new(),
        false => vec![Related::new("used here", matched.callee.span())],
    };
    made_unverified(rule, maker, related, reasons, is_fixable, Vec::new())
}

/// The finding at the call `maker`, with `edits` beside the one that replaces it.
fn made_unverified(
    rule: &Metadata,
    maker: &Call<'_>,
    related: Vec<Related>,
    reasons: Vec<Reason>,
    is_fixable: bool,
    edits: Vec<SymbolicEdit>,
) -> Draft {
    let span = maker.node.span();
    let mut verdict = Verdict::default();
    verdict.edits.push(replaced(maker));
    verdict.edits.extend(edits);
    for reason in reasons {
        if is_fixable {
            verdict.doubt(reason);
        } else {
            verdict.refuse(reason);
        }
    }
    let found = Found {
        message: format!("`{}` creates a context that verifies nothing", maker.callee.text()),
        span,
        related,
        title: "create a context that verifies".to_string(),
        help: "use `ssl.create_default_context()`; for your own certificate, pass it as `cafile=`".to_string(),
    };
    verdict.finish(rule, found)
}

fn replaced(maker: &Call<'_>) -> SymbolicEdit {
    let span = maker.node.span();
    SymbolicEdit { span, text: connection::default_context(span.start) }
}

/// Whether `ssl.create_default_context()` says all that a call of a maker that verifies nothing says; `None` if what
/// it makes may verify, or is for a server.
fn replaces(file: &PythonFile, maker: &Call<'_>) -> Option<bool> {
    match Made::by(file, maker) {
        Made::Unverified => {
            let is_class = !last_segment(maker.callee.text()).starts_with('_');
            Some(maker.arguments.is_empty() || is_class && maker.arguments.len() == 1)
        }
        Made::Client | Made::Unknown | Made::Server => None,
    }
}

/// What the arguments of a maker say about its context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Made {
    /// It verifies nothing.
    Unverified,
    /// It is a client's, and verifies.
    Client,
    /// The protocol decides, and is not known.
    Unknown,
    /// It is a server's.
    Server,
}

impl Made {
    /// By a call of `ssl.SSLContext`, or of a function that makes one and verifies nothing.
    fn by(file: &PythonFile, maker: &Call<'_>) -> Self {
        let named: Vec<String> = maker.arguments.iter().map(|argument| word(file, argument.value())).collect();
        if named.iter().any(|word| matches!(word.as_str(), "CLIENT_AUTH" | "PROTOCOL_TLS_SERVER")) {
            return Self::Server;
        }
        if maker.arguments.iter().any(|argument| argument.value().text().contains("CLIENT_AUTH")) {
            return Self::Unknown;
        }
        if file.qualified_name(maker.callee).is_none_or(|made| made != "ssl.SSLContext") {
            let verifies = maker.keyword("cert_reqs").is_some_and(|mode| word(file, mode) != "CERT_NONE");
            return if verifies { Self::Unknown } else { Self::Unverified };
        }
        match named.first().map(String::as_str) {
            None => Self::Unverified,
            Some("PROTOCOL_TLS_CLIENT") => Self::Client,
            Some(protocol) if protocol.starts_with("PROTOCOL_") => Self::Unverified,
            Some(_) => Self::Unknown,
        }
    }
}

impl UnverifiedHttpsContext {
    fn life<'f>(&self, file: &'f PythonFile, places: impl IntoIterator<Item = Node<'f>>) -> Life<'f> {
        Life::of(file, Tables { rule: self }, places)
    }

    /// The finding for what the call `node` makes, by what happens to it afterwards.
    fn check_maker(&self, around: &Around<'_>, node: Node<'_>, lines: &mut Lines) -> Option<Draft> {
        let file = around.file;
        let node = file.node(node.id());
        let maker = Call::of(node)?;
        let made_by = file.qualified_name(maker.callee)?;
        let is_verifying = self.verifying.find(&made_by).is_some();
        let made = match Made::by(file, &maker) {
            Made::Unverified if is_verifying => Made::Client,
            made => made,
        };
        let life = self.life(file, [node]);
        lines.judged.extend(life.settings.iter().map(|setting| setting.node.id()));
        let known = around.clients.get(&node.id()).cloned().unwrap_or_default();
        if made == Made::Server || life.is_a_servers() && known.is_empty() {
            return None;
        }
        let off = life.off();
        let is_class = made_by == "ssl.SSLContext";
        let has_clients = !known.is_empty() || !life.clients.is_empty();
        let is_clients = made == Made::Client || made == Made::Unverified && !is_class || has_clients;
        let leaves = !life.leaves.is_empty() && !life.has_certificate && !is_named_for_a_server(node, &life);
        let names_are_off = off.iter().any(|setting| setting.is_hostname);
        // A server that asks for certificates of clients checks no names, either.
        let is_names_only = !off.is_empty() && off.iter().all(|setting| setting.is_hostname);
        let is_any_ones = made == Made::Unknown && !has_clients || life.may_be_switched_on(false);
        if made != Made::Client && is_names_only && is_any_ones {
            return None;
        }
        let counts = is_clients || leaves && (made == Made::Unverified || names_are_off);
        if !counts || off.is_empty() && (made != Made::Unverified || life.may_be_switched_on(false)) {
            return None;
        }
        let mut clients = known;
        clients.extend(life.clients.iter().map(|client| client.span()));
        let related = |clients: Vec<Span>| clients.into_iter().map(|client| Related::new("used here", client));
        if off.is_empty() || !is_class && !is_verifying {
            let mut reasons = vec![on_purpose(&maker)];
            let mut is_fixable = replaces(file, &maker)? && !life.reassigned && !clients.is_empty();
            if let Some(gone) = life.leaves.first().filter(|_| clients.is_empty()) {
                let sentence = format!(
                    "verification was switched off on purpose, and the context goes on to {}: nothing here shows what uses it",
                    reasons::quoted(gone.statement())
                );
                reasons.push(UNVERIFIED_CONTEXT.says(sentence));
                reasons.swap_remove(0);
            }
            if life.reassigned {
                reasons.push(
                    reasons::REASSIGNED.says("the context's name is assigned more than once, and the program chooses"),
                );
            }
            if let Some(attribute) = life.attribute.filter(|_| !clients.is_empty()) {
                let stored =
                    format!("the context is stored in {}, which other code can read", reasons::quoted(attribute));
                reasons.push(reasons::ATTRIBUTE.says(stored));
            }
            let edits = off::removal(file, &off);
            is_fixable &= edits.is_some();
            lines.found.extend(off.iter().map(|setting| setting.node.id()));
            let mut places: Vec<Related> = related(clients).collect();
            places.extend(
                off.iter().map(|setting| Related::new("verification is switched off here", setting.node.span())),
            );
            return Some(made_unverified(around.rule, &maker, places, reasons, is_fixable, edits.unwrap_or_default()));
        }
        let replaced = (made == Made::Unverified).then(|| replaced(&maker));
        let may_replace = match made {
            Made::Unverified => replaces(file, &maker)?,
            Made::Client => true,
            Made::Unknown | Made::Server => false,
        };
        let mut places = vec![Related::new("the context is created here", node.span())];
        places.extend(related(clients));
        let turned = TurnedOff { life: &life, maker: Some(node), replaced, may_replace, places };
        turned.finding(around, lines)
    }

    /// The finding for a line whose context no call in this file is known to make.
    fn check_line(&self, around: &Around<'_>, node: Node<'_>, lines: &mut Lines) -> Option<Draft> {
        let file = around.file;
        let first = Setting::of(file, file.node(node.id())).filter(|setting| setting.kind == SettingKind::Off)?;
        let within = first.node.ancestors().find(|at| at.kind() == Kind::FunctionDefinition).unwrap_or(file.root());
        let of_object = TURNED_OFF.iter().flat_map(|name| file.attributes_called_in(name, within));
        let settings = of_object
            .filter(|attribute| attribute.object().is_some_and(|object| object.text() == first.context.text()))
            .filter_map(|attribute| Setting::of(file, attribute.parent()?));
        let mut life = self.life(file, std::iter::once(first.context));
        let reads = file.reaching(first.context.text(), first.context.start());
        let reads = reads.into_iter().filter(|_| first.context.kind() == Kind::Identifier);
        let also = self.life(file, reads.flat_map(|id| file.uses(id)).collect::<Vec<_>>());
        life.settings = settings.collect();
        life.settings.sort_by_key(|setting| setting.node.start());
        lines.judged.extend(life.settings.iter().map(|setting| setting.node.id()));
        let off = life.off();
        // A server's context may say that it asks for no certificate, but it never checks a host's name.
        let both = off.iter().any(|setting| setting.is_hostname) && off.iter().any(|setting| !setting.is_hostname);
        let sources = file.sources(first.context);
        let is_a_servers = also.is_a_servers()
            || sources
                .iter()
                .filter_map(|value| Call::of(value.node))
                .any(|maker| Made::by(file, &maker) == Made::Server);
        let is_seen = also.has_certificate && also.clients.is_empty();
        let is_self = file.class_of_self(first.context).is_some();
        if !both || is_self || is_a_servers || is_seen || first.context.last_identifier().text().contains("server") {
            return None;
        }
        let places = also.clients.iter().map(|client| Related::new("used here", client.span())).collect();
        TurnedOff { life: &life, maker: None, replaced: None, may_replace: false, places }.finding(around, lines)
    }
}

/// Whether a name says that a context is a server's: of what holds it, of what it is passed to, or of the function around.
fn is_named_for_a_server(maker: Node<'_>, life: &Life<'_>) -> bool {
    let function = maker.ancestors().find_map(|around| match around.kind() {
        Kind::KeywordArgument => around.named_children().next(),
        _ => Function::of(around)
            .and_then(|function| function.name)
            .or_else(|| ClassDefinition::of(around).and_then(|class| class.name)),
    });
    let target = connection::target_of(maker).map(Node::last_identifier);
    let gone = life.leaves.iter().map(|gone| gone.last_identifier());
    let names = function.into_iter().chain(target).chain(gone);
    { names }.any(|name| {
        let name = name.text().to_ascii_lowercase();
        ["server", "serve", "listen"].iter().any(|word| name.contains(word))
    })
}

/// A context that is told not to verify, after it was made.
struct TurnedOff<'l, 'f> {
    life: &'l Life<'f>,
    /// The call that made it, if that is known.
    maker: Option<Node<'f>>,
    /// The edit of that call, if what it makes does not verify, either.
    replaced: Option<SymbolicEdit>,
    /// That edit says all that the call says.
    may_replace: bool,
    places: Vec<Related>,
}

impl TurnedOff<'_, '_> {
    /// The finding: at the line that switches the check of certificates off; without one, at the line about host names.
    fn finding(self, around: &Around<'_>, lines: &mut Lines) -> Option<Draft> {
        let (life, file) = (self.life, around.file);
        let off = life.off();
        if off.iter().any(|setting| lines.found.contains(&setting.node.id())) {
            return None;
        }
        lines.found.extend(off.iter().map(|setting| setting.node.id()));
        let main = off.iter().find(|setting| !setting.is_hostname).or(off.first())?;
        let mut verdict = Verdict::default();
        let sentence = format!(
            "{} was written on purpose, often for a server with a certificate of its own",
            reasons::quoted(main.node)
        );
        verdict.doubt(UNVERIFIED_CONTEXT.says(sentence));
        let is_undone = life.may_be_switched_on(main.is_hostname)
            || !main.is_hostname && life.may_be_switched_on(true)
            || life.sets(false, SettingKind::Unknown);
        if let Some(maker) = self.maker {
            if off.iter().any(|setting| off::is_chosen(setting.node, maker)) || is_undone {
                verdict.refuse(reasons::CONDITIONAL.says("the program chooses whether the context verifies"));
            }
            if life.reassigned {
                verdict.refuse(
                    reasons::REASSIGNED
                        .says("the name of the context is assigned more than once, and the program chooses"),
                );
            }
            if !self.may_replace {
                verdict.refuse(UNVERIFIED_CONTEXT.says("the call that makes the context does not make it verify"));
            }
        } else {
            let sentence = "verification was switched off on purpose, of a context that is made elsewhere";
            verdict.refuse(UNVERIFIED_CONTEXT.says(sentence));
        }
        if let Some(attribute) = life.attribute {
            let stored = format!("the context is stored in {}, which other code can read", reasons::quoted(attribute));
            verdict.doubt(reasons::ATTRIBUTE.says(stored));
        }
        verdict.edits.extend(self.replaced);
        let whole = UNVERIFIED_CONTEXT.says("the line that switches verification off does more than that");
        verdict.edit_or_refuse(off::removal(file, &off), whole);
        verdict.edits.sort_by_key(|edit| edit.span.start);
        let others = off.iter().filter(|setting| setting.node != main.node);
        let mut related: Vec<Related> = others.map(|setting| Related::new("and here", setting.node.span())).collect();
        related.extend(self.places);
        let what = if main.is_hostname { "a certificate for any other host" } else { "any certificate" };
        let found = Found {
            message: format!("{} makes the context accept {what}", reasons::quoted(main.node)),
            span: main.node.span(),
            related,
            title: "let the context verify".to_string(),
            help: "remove what switches verification off; for your own certificate, load it as `cafile=`".to_string(),
        };
        Some(verdict.finish(around.rule, found))
    }
}

/// `ssl.wrap_socket(…)`, which verifies nothing unless it is told to.
fn check_wrapper(rule: &Metadata, file: &PythonFile, matched: &Match<'_>) -> Option<Draft> {
    let call = Call::of(matched.node)?;
    // (sock, keyfile, certfile, server_side, cert_reqs, …) on CPython 2.7 to 3.11.
    let mode = call.argument(Some(4), Some("cert_reqs")).map(|mode| word(file, mode));
    let side = call.argument(Some(3), Some("server_side"));
    let is_a_servers = side.is_some_and(|side| {
        let values = file.sources(side);
        !values.is_empty() && values.iter().all(|value| value.node.kind() == Kind::True)
    });
    let is_hidden = call.has_star() || call.double_star().is_some();
    if is_a_servers || is_hidden || mode.is_some_and(|mode| mode != "CERT_NONE" && mode != "0") {
        return None;
    }
    let mut verdict = Verdict::default();
    verdict.refuse(UNVERIFIED_CONTEXT.says(format!(
        "{} verifies nothing unless it is told to, and what replaces it needs the name of the server",
        reasons::quoted(call.callee)
    )));
    let found = Found {
        message: format!("`{}` accepts any certificate", call.callee.text()),
        span: call.callee.span(),
        related: Vec::new(),
        title: String::new(),
        help: "use `ssl.create_default_context().wrap_socket(sock, server_hostname=host)`; Python 3.12 has no \
               `ssl.wrap_socket`"
            .to_string(),
    };
    Some(verdict.finish(rule, found))
}

/// What happens to a context after it was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum SetUp {
    Untouched,
    ByHand,
    TurnedOff,
}

impl SetUp {
    fn of(file: &PythonFile, name: BindingId) -> Self {
        file.uses(name).into_iter().filter_map(change).max().unwrap_or(Self::Untouched)
    }

    fn of_attribute(file: &PythonFile, context: Node<'_>) -> Self {
        uses_of_attribute(file, context).filter_map(change).max().unwrap_or(Self::Untouched)
    }
}

/// The uses of the attribute `context`, of any object.
fn uses_of_attribute<'f>(file: &'f PythonFile, context: Node<'_>) -> impl Iterator<Item = Node<'f>> {
    let name = Attribute::of(context).map(|attribute| attribute.name.text()).unwrap_or_default();
    file.attributes_called(name)
}

/// Somebody called `maker` for what it makes.
fn on_purpose(maker: &Call<'_>) -> Reason {
    let maker = reasons::quoted(maker.callee);
    UNVERIFIED_CONTEXT.says(format!("{maker} was written on purpose, often for a server with a certificate of its own"))
}

/// The effect of `context.attribute = value`; `None` for other uses of the name.
fn change(context: Node<'_>) -> Option<SetUp> {
    let node = context.parent()?;
    let attribute = Attribute::of(node)?;
    // A method that is called, `load_cert_chain` or `set_ciphers`, does not make it verify.
    let assignment = Assignment::of(node.parent()?).filter(|made| made.target == node)?;
    let value = assignment.right?;
    let off = value.kind() == Kind::False || value.text().ends_with("CERT_NONE");
    let decides = TURNED_OFF.contains(&attribute.name.text());
    Some(if decides && off { SetUp::TurnedOff } else { SetUp::ByHand })
}
