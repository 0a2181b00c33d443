//! Forwards: from the call that makes a context, or the lines that switch verification off, to what happens to it.

use super::choice::{context_otherwise, function_around, is_chosen, may_follow};
use super::given::Around;
use super::life::{Life, Mixed};
use super::made::{
    Made, UNVERIFIED_CONTEXT, chosen, default_of, made_unverified, mixed, on_purpose, replaced, replaces,
    unnamed_server,
};
use super::off;
use super::settings::{Setting, SettingKind, TURNED_OFF};
use super::tables::UnverifiedHttpsContext;
use crate::finding::{Draft, Reason, Related, SymbolicEdit};
use crate::python::{BindingKind, Call, ClassDefinition, Function, Kind, Node, NodeId, PythonFile};
use crate::rule::{Found, Verdict, reasons};
use crate::transforms::connection;
use std::collections::HashSet;

/// A context whose maker is known, with what becomes of it.
struct Context<'f> {
    maker: Call<'f>,
    /// What the maker makes.
    made: Made,
    /// By `ssl.SSLContext`.
    is_class: bool,
    /// By a function whose contexts verify.
    is_verifying: bool,
    life: Life<'f>,
    /// What connects with it, as far as the walk backwards or forwards knows.
    clients: Vec<Node<'f>>,
    /// What switches verification off.
    off: Vec<Setting<'f>>,
}

/// The lines that decide about verification, by what became of them.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// It is known which context they are about.
    pub(super) judged: HashSet<NodeId>,
    /// They are in a finding.
    pub(super) found: HashSet<NodeId>,
}

impl UnverifiedHttpsContext {
    /// The finding for what the call `node` makes, by what happens to it afterwards.
    pub(super) fn check_maker(&self, around: &Around<'_>, node: Node<'_>, lines: &mut Lines) -> Option<Draft> {
        let context = self.context(around, node)?;
        lines.judged.extend(context.life.settings.iter().map(|setting| setting.node.id()));
        if !context.counts() {
            return None;
        }
        let otherwise =
            context_otherwise(around.file, self, context.maker.node, &context.off, &context.clients).map(chosen);
        if context.off.is_empty() || !context.is_class && !context.is_verifying {
            lines.found.extend(context.off.iter().map(|setting| setting.node.id()));
            return context.finding(around, otherwise);
        }
        let may_replace = match context.made {
            Made::Unverified => replaces(around.file, &context.maker)?,
            Made::Client => !context.is_class || context.maker.arguments.len() == 1,
            Made::Unknown | Made::Server => false,
        };
        let replaced = context.needs_replacing().then(|| replaced(&context.maker));
        let turned = TurnedOff {
            life: &context.life,
            off: &context.off,
            maker: Some(context.maker.node),
            replaced,
            places: vec![Related::new("the context is created here", context.maker.node.span())],
            clients: &context.clients,
            refused: [otherwise, (!may_replace).then(|| context.stays_unverified())].into_iter().flatten().collect(),
        };
        turned.finding(around, lines)
    }

    fn context<'f>(&self, around: &Around<'f>, node: Node<'_>) -> Option<Context<'f>> {
        let file = around.file;
        let node = file.node(node.id());
        let maker = Call::of(node)?;
        let made_by = file.qualified_name(maker.callee)?;
        let is_verifying = self.verifying.find(&made_by).is_some();
        let made = match Made::by(file, &maker) {
            Made::Unverified if is_verifying => Made::Client,
            made => made,
        };
        let life = Life::of(file, self, [node]);
        let mut clients = around.clients.get(&node.id()).cloned().unwrap_or_default();
        if made == Made::Server || life.serves && clients.is_empty() && life.clients.is_empty() {
            return None;
        }
        clients.extend(&life.clients);
        let off = life.off();
        Some(Context { maker, made, is_class: made_by == "ssl.SSLContext", is_verifying, life, clients, off })
    }

    /// The finding for a line whose context no call in this file is known to make.
    pub(super) fn check_line(&self, around: &Around<'_>, node: Node<'_>, lines: &mut Lines) -> Option<Draft> {
        let file = around.file;
        let first = Setting::of(file, file.node(node.id())).filter(|setting| setting.kind == SettingKind::Off)?;
        let life = self.life_of_lines(file, &first);
        lines.judged.extend(life.settings.iter().map(|setting| setting.node.id()));
        let off = life.off();
        // A server's context may say that it asks for no certificate, but it never checks a host's name.
        let both = off.iter().any(|setting| setting.is_hostname) && off.iter().any(|setting| !setting.is_hostname);
        let sources = file.sources(first.context);
        let is_a_servers = life.is_a_servers() || { sources.iter() }
            .filter_map(|value| Call::of(value.node))
            .any(|maker| Made::by(file, &maker) == Made::Server);
        let is_seen = life.has_certificate && life.clients.is_empty();
        let is_self = file.class_of_self(first.context).is_some();
        let is_unused = life.is_only_inspected() && is_own(file, first.context);
        let is_none = !both || is_self || is_a_servers || is_seen || is_unused;
        if is_none || first.context.last_identifier().text().contains("server") {
            return None;
        }
        let (origin, places) = origin(file, first.context);
        let turned = TurnedOff {
            life: &life,
            off: &off,
            maker: None,
            replaced: None,
            places,
            clients: &life.clients,
            refused: vec![origin],
        };
        turned.finding(around, lines)
    }

    /// What the function around `first` shows of the context of that line.
    fn life_of_lines<'f>(&self, file: &'f PythonFile, first: &Setting<'f>) -> Life<'f> {
        let within = first.node.ancestors().find(|at| at.kind() == Kind::FunctionDefinition).unwrap_or(file.root());
        let of_object = TURNED_OFF.iter().flat_map(|name| file.attributes_called_in(name, within));
        let settings = of_object
            .filter(|attribute| attribute.object().is_some_and(|object| object.text() == first.context.text()))
            .filter_map(|attribute| Setting::of(file, attribute.parent()?));
        let reads = file.reaching(first.context.text(), first.context.start());
        let reads = reads.into_iter().filter(|_| first.context.kind() == Kind::Identifier);
        let mut life = Life::of(file, self, reads.flat_map(|id| file.uses(id)).collect::<Vec<_>>());
        life.settings = settings.collect();
        life.settings.sort_by_key(|setting| setting.node.start());
        life
    }
}

impl Context<'_> {
    /// Whether it is a client's context that does not verify, or may be one.
    fn counts(&self) -> bool {
        let Self { made, life, off, .. } = self;
        let has_clients = !self.clients.is_empty();
        if !has_clients && life.is_only_inspected() {
            return false;
        }
        let is_clients = *made == Made::Client || *made == Made::Unverified && !self.is_class || has_clients;
        let leaves = !life.leaves.is_empty() && !life.has_certificate && !is_named_for_a_server(self.maker.node, life);
        let names_are_off = off.iter().any(|setting| setting.is_hostname);
        // A server that asks for certificates of clients checks no names, either.
        let is_names_only = names_are_off && off.iter().all(|setting| setting.is_hostname);
        let is_any_ones = !has_clients && (*made == Made::Unknown || life.may_be_switched_on(false));
        if *made != Made::Client && is_names_only && is_any_ones {
            return false;
        }
        let counts = is_clients || leaves && (*made == Made::Unverified || names_are_off);
        let is_off = !off.is_empty() || *made == Made::Unverified && !life.may_be_switched_on(false);
        counts && is_off
    }

    /// Whether, without the lines that switch verification off, it would verify nothing, or trust nobody.
    fn needs_replacing(&self) -> bool {
        let maker = self.maker.node;
        let has_authorities = self.life.authorities.iter().any(|loads| !is_chosen(*loads, maker));
        let is_on = |is_hostname: bool| {
            let on = self.life.settings.iter().filter(|setting| setting.kind == SettingKind::On);
            { on }.any(|setting| setting.is_hostname == is_hostname && !is_chosen(setting.node, maker))
        };
        match self.made {
            Made::Client => self.is_class && !has_authorities,
            Made::Unverified => !(has_authorities && is_on(true) && is_on(false)),
            Made::Unknown | Made::Server => false,
        }
    }

    /// Why the fix cannot replace the call that makes it.
    fn stays_unverified(&self) -> Reason {
        let call = reasons::quoted(self.maker.node);
        UNVERIFIED_CONTEXT.says(match self.made {
            Made::Unknown => format!("nothing here shows whether what {call} makes would verify"),
            Made::Unverified | Made::Client | Made::Server => {
                format!("{call} does not make a context that verifies, and has arguments that may matter")
            }
        })
    }

    /// The finding at the call that makes it.
    fn finding(self, around: &Around<'_>, otherwise: Option<Reason>) -> Option<Draft> {
        let Self { maker, life, clients, off, .. } = self;
        let whole = replaces(around.file, &maker)?;
        let mut refused: Vec<Reason> = { life.mixed.map(mixed) }.into_iter().chain(otherwise).collect();
        refused.extend(unnamed_server(&life));
        let edits = off::removal(around.file, &off);
        let is_fixable = whole && !clients.is_empty() && refused.is_empty() && edits.is_some();
        let mut reasons = match life.leaves.first().filter(|_| clients.is_empty()) {
            None => vec![on_purpose(&maker)],
            Some(gone) => vec![UNVERIFIED_CONTEXT.says(format!(
                "verification was switched off on purpose, and the context goes on to {}: nothing here shows what uses it",
                reasons::quoted(gone.statement())
            ))],
        };
        reasons.extend(refused);
        reasons.extend(default_of(around.file, &life));
        reasons.extend(life.attribute.filter(|_| !clients.is_empty()).map(stored));
        let used = clients.iter().map(|client| Related::new("used here", client.span()));
        let off = off.iter().map(|setting| Related::new("verification is switched off here", setting.node.span()));
        let places = used.chain(off).collect();
        Some(made_unverified(around.rule, &maker, places, reasons, is_fixable, edits.unwrap_or_default()))
    }
}

/// Other code can read the attribute that holds the context.
fn stored(attribute: Node<'_>) -> Reason {
    let attribute = reasons::quoted(attribute);
    reasons::ATTRIBUTE.says(format!("the context is stored in {attribute}, which other code can read"))
}

/// Whether `context` is a name that only its own function gives values to.
fn is_own(file: &PythonFile, context: Node<'_>) -> bool {
    let bindings = file.reaching(context.text(), context.start());
    let is_local = |kind: &BindingKind| matches!(kind, BindingKind::Assign { .. } | BindingKind::Opaque);
    let is_own = |scope| scope != file.scope_of(file.root());
    context.kind() == Kind::Identifier && !bindings.is_empty() && { bindings.iter() }
        .all(|id| file.binding(*id).is_some_and(|binding| is_local(&binding.kind) && is_own(binding.scope)))
}

/// What is known of how `context` came to be: not enough to mend it.
fn origin(file: &PythonFile, context: Node<'_>) -> (Reason, Vec<Related>) {
    let values: Vec<Node<'_>> = { file.origins(context) }.into_iter().filter(|it| it.kind() != Kind::None).collect();
    let sentence = match values.as_slice() {
        [] => format!("nothing in this file shows what makes {}", reasons::quoted(context)),
        [only] => {
            let module =
                Call::of(*only).and_then(|call| call.callee.object()).filter(|it| it.kind() == Kind::Identifier);
            let returned = module.and_then(|module| file.value(module)).and_then(|value| Call::of(value.node));
            let cause = { module.zip(returned) }.map_or_else(String::new, |(module, call)| {
                format!(": {} is what {} returns", reasons::quoted(module), reasons::quoted(call.node))
            });
            let verb = if only.kind() == Kind::Call { "makes" } else { "is" };
            format!("what {} {verb} is not known here{cause}", reasons::quoted(*only))
        }
        several => {
            let values: Vec<String> = several.iter().take(3).map(|value| reasons::quoted(*value)).collect();
            format!("{} may be one of several: {}", reasons::quoted(context), values.join(", "))
        }
    };
    let reason = UNVERIFIED_CONTEXT.says(format!("verification was switched off on purpose, and {sentence}"));
    let places = values.iter().map(|value| Related::new("the context comes from here", value.span())).collect();
    (reason, places)
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
    /// The lines that tell it.
    off: &'l [Setting<'f>],
    /// The call that made it, if that is known.
    maker: Option<Node<'f>>,
    /// The edit of that call, if the fix needs one.
    replaced: Option<SymbolicEdit>,
    places: Vec<Related>,
    clients: &'l [Node<'f>],
    /// The reasons that rule out a fix.
    refused: Vec<Reason>,
}

impl<'f> TurnedOff<'_, 'f> {
    /// The finding: at the line that switches the check of certificates off; without one, at the line about host names.
    fn finding(self, around: &Around<'_>, lines: &mut Lines) -> Option<Draft> {
        let off = self.off;
        if off.iter().any(|setting| lines.found.contains(&setting.node.id())) {
            return None;
        }
        lines.found.extend(off.iter().map(|setting| setting.node.id()));
        let main = off.iter().find(|setting| !setting.is_hostname).or(off.first())?;
        let quoted = reasons::quoted(main.node);
        let mut related = self.related(main);
        let mut verdict = self.verdict(main);
        related.extend(self.places);
        verdict.edits.extend(self.replaced);
        let whole = UNVERIFIED_CONTEXT.says("the line that switches verification off does more than that");
        verdict.edit_or_refuse(off::removal(around.file, off), whole);
        verdict.edits.sort_by_key(|edit| edit.span.start);
        let what = if main.is_hostname { "a certificate for any other host" } else { "any certificate" };
        let found = Found {
            message: format!("{quoted} makes the context accept {what}"),
            span: main.node.span(),
            related,
            title: "let the context verify".to_string(),
            help: "remove what switches verification off; for your own certificate, load it as `cafile=`".to_string(),
        };
        Some(verdict.finish(around.rule, found))
    }

    /// What is in the way of a fix, or of a safe one.
    fn verdict(&self, main: &Setting<'f>) -> Verdict {
        let mut verdict = Verdict::default();
        let sentence = format!(
            "{} was written on purpose, often for a server with a certificate of its own",
            reasons::quoted(main.node)
        );
        verdict.doubt(UNVERIFIED_CONTEXT.says(sentence));
        for refused in &self.refused {
            verdict.refuse(refused.clone());
        }
        if let Some(maker) = self.maker {
            let unchosen = self.off.iter().all(|setting| !is_chosen(setting.node, maker));
            let always = unchosen && !self.life.settings.iter().any(|other| self.is_choice(main, other, maker));
            verdict.fix_needs(always, reasons::CONDITIONAL.says("the program chooses whether the context verifies"));
            // Another function may use the context or another one: that does not decide about the lines.
            let is_here = |other: &Mixed<'_>| function_around(other.other) == function_around(maker);
            if let Some(other) = self.life.mixed_settings.or(self.life.mixed.filter(is_here)) {
                verdict.refuse(mixed(other));
            }
            if let Some(unnamed) = unnamed_server(self.life) {
                verdict.refuse(unnamed);
            }
        }
        verdict.doubt_all(self.life.attribute.map(stored));
        verdict
    }

    /// Whether the line `other` may switch on what `main` switches off, and the program decides which of them counts.
    fn is_choice(&self, main: &Setting<'f>, other: &Setting<'f>, maker: Node<'f>) -> bool {
        let is_on = match other.kind {
            SettingKind::Off => false,
            SettingKind::On => other.is_hostname == main.is_hostname || !main.is_hostname,
            SettingKind::Unknown => other.is_hostname == main.is_hostname || !main.is_hostname || !other.is_hostname,
        };
        // One after the other, each counts until the next.
        let follows = |off: &Setting<'f>| {
            off.is_hostname == other.is_hostname && function_around(off.node) == function_around(other.node)
        };
        let is_sequence =
            other.kind == SettingKind::On && !is_chosen(other.node, maker) && self.off.iter().any(follows);
        is_on && !is_sequence
    }

    /// The other lines, and what uses the context after them.
    fn related(&self, main: &Setting<'f>) -> Vec<Related> {
        let others = self.off.iter().filter(|setting| setting.node != main.node);
        let after: Vec<_> = self.clients.iter().filter(|client| may_follow(**client, main.node)).collect();
        // What has the context already may use it later.
        let used = if after.is_empty() { self.clients.iter().collect() } else { after };
        let others = others.map(|setting| Related::new("and here", setting.node.span()));
        others.chain(used.into_iter().map(|client| Related::new("used here", client.span()))).collect()
    }
}
