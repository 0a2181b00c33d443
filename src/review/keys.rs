//! The keys of a review, and their help texts.

/// What the user may press.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is explained by `KEYS`")]
pub enum Key {
    Apply,
    Skip,
    NextWay,
    /// A digit: the way to fix it with this number.
    Way(u8),
    Undo,
    ApplyFile,
    SkipFile,
    ApplyRule,
    SkipRule,
    Edit,
    Suppress,
    Baseline,
    Explain,
    More,
    Less,
    Page,
    Next,
    Previous,
    GoTo,
    Write,
    Finish,
    Abort,
    Help,
    /// Enter: the default answer.
    Default,
}

/// The keys with their help texts.
pub const KEYS: [(char, Key, &str); 22] = [
    ('y', Key::Apply, "apply this fix"),
    ('n', Key::Skip, "skip it: leave the code as it is"),
    ('\t', Key::NextWay, "show the next way to fix it, if there are several; a digit picks one"),
    ('u', Key::Undo, "undo the last answer"),
    ('a', Key::ApplyFile, "apply this and the rest of this file"),
    ('d', Key::SkipFile, "skip this and the rest of this file"),
    ('A', Key::ApplyRule, "apply this and the rest of this rule"),
    ('D', Key::SkipRule, "skip this and the rest of this rule"),
    ('e', Key::Edit, "edit the fixed file in your editor"),
    ('s', Key::Suppress, "suppress it here, with a comment and a reason"),
    ('b', Key::Baseline, "add it to the baseline"),
    ('x', Key::Explain, "explain the rule"),
    ('+', Key::More, "show more lines around the change"),
    ('-', Key::Less, "show fewer lines"),
    ('p', Key::Page, "page through the file's whole diff"),
    ('j', Key::Next, "go to the next finding"),
    ('k', Key::Previous, "go to the previous one"),
    ('g', Key::GoTo, "go to a file"),
    ('w', Key::Write, "write what is accepted so far, and continue"),
    ('q', Key::Finish, "write what is accepted, and stop; the rest stays undecided"),
    ('Q', Key::Abort, "stop and write nothing; asks first"),
    ('?', Key::Help, "show this help"),
];

impl Key {
    /// The key for `character`.
    pub fn of(character: char) -> Option<Self> {
        let digit = character.to_digit(10).filter(|digit| *digit > 0).and_then(|digit| u8::try_from(digit).ok());
        let named = || KEYS.iter().find(|(known, ..)| *known == character).map(|(_, key, _)| *key);
        digit.map(Self::Way).or_else(named)
    }

    /// What stands on it; for Enter, its sign.
    pub fn label(self) -> String {
        match self {
            Self::NextWay => "Tab".to_owned(),
            Self::Way(number) => number.to_string(),
            _ => KEYS.iter().find(|(_, known, _)| *known == self).map_or('\u{21b5}', |(key, ..)| *key).to_string(),
        }
    }
}
