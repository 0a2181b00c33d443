//! What the bytes of a file must have for the file to be worth parsing.

/// One way in which a file's bytes can show that the file is worth parsing: one of `words`, and all of `beside`.
#[derive(Debug, Clone, Default)]
pub struct PrefilterPattern {
    /// Names; one of them must stand there as a whole word.
    pub words: Vec<String>,
    /// Where one of them counts.
    pub standing: Standing,
    /// What the file must contain besides the word.
    pub beside: Vec<Beside>,
}

/// Where a word must stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Standing {
    /// Anywhere.
    #[default]
    Anywhere,
    /// Called as a method: after a dot, before a parenthesis.
    Method,
    /// Given a value: before `=`, or before the `:` of an annotation.
    Assigned,
    /// As a name from a module: imported, read as an attribute, written as a text, or called. After a wildcard import, anywhere.
    Taken,
    /// As a value: not compared with another by `==` or `!=`.
    Value,
}

/// What a file must contain besides a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beside {
    /// One of these. Ends that are word characters must be word boundaries. None may be empty.
    OneOf(Vec<String>),
    /// An import of one of these: the word in an import statement, or anywhere after a wildcard import.
    Imported(Vec<String>),
    /// A string literal that is empty, or begins with one of `beginnings`; or a constant that may hold such a literal.
    Literal {
        /// How the literal begins.
        beginnings: Vec<String>,
        /// Constants of other modules that may hold it.
        constants: Constants,
    },
}

/// Constants by their names: of capitals, imported or read from a module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Constants {
    /// Their names have one of these parts.
    pub parts: Vec<String>,
    /// Names that begin with one of these do not count.
    pub except: Vec<String>,
}
