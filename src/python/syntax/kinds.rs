//! The names of the grammar as types: what kind of node something is, and which field of its parent it fills.
//!
//! Kinds and fields are those of tree-sitter-python; a test holds the two lists against its tables, so that a name that is
//! misspelled or gone cannot be compared with.

/// Defines an enum of names with the text that the grammar has for each.
macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal,)* } $($(#[$other_doc:meta])* $other:ident)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`")] $variant,)*
            $($(#[$other_doc])* $other,)?
        }

        impl $name {
            const NAMES: &[(&'static str, Self)] = &[$(($text, Self::$variant),)*];

            /// The one that the grammar calls `text`.
            pub(super) fn named(text: &str) -> Option<Self> {
                Self::NAMES.iter().find(|(name, _)| *name == text).map(|(_, found)| *found)
            }
        }
    };
}

names! {
    /// What kind of node something is.
    Kind {
        AliasedImport = "aliased_import",
        ArgumentList = "argument_list",
        AsPattern = "as_pattern",
        AsPatternTarget = "as_pattern_target",
        AssertStatement = "assert_statement",
        Assignment = "assignment",
        Attribute = "attribute",
        AugmentedAssignment = "augmented_assignment",
        Await = "await",
        BinaryOperator = "binary_operator",
        Block = "block",
        BooleanOperator = "boolean_operator",
        BreakStatement = "break_statement",
        Call = "call",
        CaseClause = "case_clause",
        CasePattern = "case_pattern",
        Chevron = "chevron",
        ClassDefinition = "class_definition",
        ClassPattern = "class_pattern",
        Comment = "comment",
        ComparisonOperator = "comparison_operator",
        ComplexPattern = "complex_pattern",
        ConcatenatedString = "concatenated_string",
        ConditionalExpression = "conditional_expression",
        ConstrainedType = "constrained_type",
        ContinueStatement = "continue_statement",
        DecoratedDefinition = "decorated_definition",
        Decorator = "decorator",
        DefaultParameter = "default_parameter",
        DeleteStatement = "delete_statement",
        DictPattern = "dict_pattern",
        Dictionary = "dictionary",
        DictionaryComprehension = "dictionary_comprehension",
        DictionarySplat = "dictionary_splat",
        DictionarySplatPattern = "dictionary_splat_pattern",
        DottedName = "dotted_name",
        ElifClause = "elif_clause",
        Ellipsis = "ellipsis",
        ElseClause = "else_clause",
        EscapeInterpolation = "escape_interpolation",
        EscapeSequence = "escape_sequence",
        ExceptClause = "except_clause",
        ExecStatement = "exec_statement",
        ExpressionList = "expression_list",
        ExpressionStatement = "expression_statement",
        False = "false",
        FinallyClause = "finally_clause",
        Float = "float",
        ForInClause = "for_in_clause",
        ForStatement = "for_statement",
        FormatExpression = "format_expression",
        FormatSpecifier = "format_specifier",
        FunctionDefinition = "function_definition",
        FutureImportStatement = "future_import_statement",
        GeneratorExpression = "generator_expression",
        GenericType = "generic_type",
        GlobalStatement = "global_statement",
        Identifier = "identifier",
        IfClause = "if_clause",
        IfStatement = "if_statement",
        ImportFromStatement = "import_from_statement",
        ImportPrefix = "import_prefix",
        ImportStatement = "import_statement",
        Integer = "integer",
        Interpolation = "interpolation",
        KeywordArgument = "keyword_argument",
        KeywordPattern = "keyword_pattern",
        KeywordSeparator = "keyword_separator",
        Lambda = "lambda",
        LambdaParameters = "lambda_parameters",
        LineContinuation = "line_continuation",
        List = "list",
        ListComprehension = "list_comprehension",
        ListPattern = "list_pattern",
        ListSplat = "list_splat",
        ListSplatPattern = "list_splat_pattern",
        MatchStatement = "match_statement",
        MemberType = "member_type",
        Module = "module",
        NamedExpression = "named_expression",
        None = "none",
        NonlocalStatement = "nonlocal_statement",
        NotOperator = "not_operator",
        Pair = "pair",
        Parameters = "parameters",
        ParenthesizedExpression = "parenthesized_expression",
        ParenthesizedListSplat = "parenthesized_list_splat",
        PassStatement = "pass_statement",
        PatternList = "pattern_list",
        PositionalSeparator = "positional_separator",
        PrintStatement = "print_statement",
        RaiseStatement = "raise_statement",
        RelativeImport = "relative_import",
        ReturnStatement = "return_statement",
        Set = "set",
        SetComprehension = "set_comprehension",
        Slice = "slice",
        SplatPattern = "splat_pattern",
        SplatType = "splat_type",
        String = "string",
        StringContent = "string_content",
        StringEnd = "string_end",
        StringStart = "string_start",
        Subscript = "subscript",
        True = "true",
        TryStatement = "try_statement",
        Tuple = "tuple",
        TuplePattern = "tuple_pattern",
        Type = "type",
        TypeAliasStatement = "type_alias_statement",
        TypeConversion = "type_conversion",
        TypeParameter = "type_parameter",
        TypedDefaultParameter = "typed_default_parameter",
        TypedParameter = "typed_parameter",
        UnaryOperator = "unary_operator",
        UnionPattern = "union_pattern",
        UnionType = "union_type",
        WhileStatement = "while_statement",
        WildcardImport = "wildcard_import",
        WithClause = "with_clause",
        WithItem = "with_item",
        WithStatement = "with_statement",
        Yield = "yield",
        OpenParenthesis = "(",
        Comma = ",",
        Semicolon = ";",
        Async = "async",
        Error = "ERROR",
    }
    /// Punctuation or a keyword that nothing asks about.
    Other
}

impl Kind {
    /// Whether it is a statement: a simple one, a compound one, or a definition.
    pub fn is_statement(self) -> bool {
        matches!(
            self,
            Self::AssertStatement
                | Self::BreakStatement
                | Self::ClassDefinition
                | Self::ContinueStatement
                | Self::DecoratedDefinition
                | Self::DeleteStatement
                | Self::ExecStatement
                | Self::ExpressionStatement
                | Self::ForStatement
                | Self::FunctionDefinition
                | Self::FutureImportStatement
                | Self::GlobalStatement
                | Self::IfStatement
                | Self::ImportFromStatement
                | Self::ImportStatement
                | Self::MatchStatement
                | Self::NonlocalStatement
                | Self::PassStatement
                | Self::PrintStatement
                | Self::RaiseStatement
                | Self::ReturnStatement
                | Self::TryStatement
                | Self::TypeAliasStatement
                | Self::WhileStatement
                | Self::WithStatement
        )
    }
}

names! {
    /// Which part of its parent a node is.
    Field {
        Alias = "alias",
        Alternative = "alternative",
        Argument = "argument",
        Arguments = "arguments",
        Attribute = "attribute",
        Body = "body",
        Cause = "cause",
        Code = "code",
        Condition = "condition",
        Consequence = "consequence",
        Definition = "definition",
        Expression = "expression",
        FormatSpecifier = "format_specifier",
        Function = "function",
        Guard = "guard",
        Key = "key",
        Left = "left",
        ModuleName = "module_name",
        Name = "name",
        Object = "object",
        Operator = "operator",
        Operators = "operators",
        Parameters = "parameters",
        ReturnType = "return_type",
        Right = "right",
        Subject = "subject",
        Subscript = "subscript",
        Superclasses = "superclasses",
        Type = "type",
        TypeConversion = "type_conversion",
        TypeParameters = "type_parameters",
        Value = "value",
    }
}

#[cfg(test)]
mod tests {
    use super::super::grammar::language;
    use super::*;

    /// The names of all nodes that a tree may hold, and whether each has a name of its own (punctuation has none).
    fn node_kinds() -> Vec<(String, bool)> {
        let language = language();
        let ids = 0..u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
        let visible = ids.filter(|id| language.node_kind_is_visible(*id));
        visible
            .filter_map(|id| Some((language.node_kind_for_id(id)?.to_string(), language.node_kind_is_named(id))))
            .collect()
    }

    #[test]
    fn every_kind_is_one_of_the_grammar_and_every_named_one_is_known() {
        let kinds = node_kinds();
        for (name, kind) in Kind::NAMES {
            assert_eq!(kind.is_statement(), name.ends_with("_statement") || name.ends_with("_definition"), "{name}");
            assert!(*kind == Kind::Error || kinds.iter().any(|(known, _)| known == name), "{name}");
        }
        for (name, is_named) in kinds {
            assert!(!is_named || Kind::named(&name).is_some(), "{name}");
        }
    }

    #[test]
    fn every_field_is_one_of_the_grammar_and_each_of_those_is_known() {
        for (name, _) in Field::NAMES {
            assert!(language().field_id_for_name(name).is_some(), "{name}");
        }
        assert_eq!(Field::NAMES.len(), language().field_count());
    }
}
