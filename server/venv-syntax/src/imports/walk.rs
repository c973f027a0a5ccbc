//! One pass over the tree of a file.

use memchr::memmem;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{
    Alias, ElifElseClause, ExceptHandler, Expr, ExprCall, Identifier, Stmt, StmtClassDef, StmtFunctionDef,
    StmtIf, StmtImport, StmtImportFrom, StmtTry, StmtWith,
};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};

use crate::Span;

use super::attempt::{self, catches_missing, suppresses_missing};
use super::call::{ImportCall, import_call};
use super::names::Names;
use super::search_path::Paths;
use super::suppression::Comments;
use super::test::condition;
use super::{
    Attempt, AttemptRole, Condition, Fallback, Import, ImportForm, ImportPlace, ImportedName, Imports,
    Reading, depth,
};

/// What is nested more deeply is not looked at: nobody imports anything there.
const DEEPEST: usize = 200;

/// One of these is in a text that changes `sys.path`.
const PATH_WORDS: [&str; 4] = ["sys.path", "path.append", "path.insert", "addsitedir"];

/// Reads all of `text`.
pub(super) fn parse(text: &str) -> Imports {
    parse_as(text, text)
}

/// Reads `text` as if it were `code`, which has as many bytes.
pub(super) fn parse_as(text: &str, code: &str) -> Imports {
    let has = |word: &str| memmem::find(code.as_bytes(), word.as_bytes()).is_some();
    // Whatever imports something says so. Texts that do not cost next to nothing.
    if !has("import") {
        return Imports::default();
    }
    if depth::is_too_deep(code) {
        return Imports { reading: Reading::TooDeep, ..Imports::default() };
    }
    let parsed = parse_unchecked(code, ParseOptions::from(Mode::Module));
    let is_broken = parsed.has_invalid_syntax();
    let Some(parsed) = parsed.try_into_module() else {
        return Imports::default();
    };
    let comments = Comments::gather(text, parsed.tokens(), parsed.suite().first().map(Ranged::range));
    let mut walker = Walker {
        text,
        names: Names::default(),
        place: ImportPlace::default(),
        depth: 0,
        attempts: 0,
        looks_at_calls: has("import_module") || has("__import__") || has("importorskip"),
        paths: PATH_WORDS.iter().any(|word| has(word)).then(Paths::default),
        comments,
        found: Imports::default(),
    };
    walker.body(parsed.suite());
    let Walker { mut found, comments, .. } = walker;
    found.suppressions = comments.of_file;
    found.imports.sort_by_key(|import| import.span);
    found.reading = if is_broken { Reading::Broken } else { Reading::Whole };
    found
}

pub(super) fn span(range: TextRange) -> Span {
    Span::new(range.start().to_u32(), range.end().to_u32())
}

struct Walker<'t> {
    text: &'t str,
    names: Names,
    /// Where the walk is now.
    place: ImportPlace,
    depth: usize,
    /// How many statements that get over a missing module there were so far.
    attempts: u32,
    /// Whether any call can be an import.
    looks_at_calls: bool,
    /// `None` where nothing can be a search path.
    paths: Option<Paths>,
    comments: Comments,
    found: Imports,
}

impl<'a> Walker<'_> {
    fn body(&mut self, statements: &'a [Stmt]) {
        if self.depth < DEEPEST {
            self.depth += 1;
            statements.iter().for_each(|statement| self.statement(statement));
            self.depth -= 1;
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => self.import(import),
            Stmt::ImportFrom(import) => self.import_from(import),
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::If(branches) => self.branches(branches),
            Stmt::Try(attempt) => self.attempt(attempt),
            Stmt::With(with) => self.with(with),
            Stmt::For(repeat) => {
                self.expression(&repeat.iter);
                self.body(&repeat.body);
                self.body(&repeat.orelse);
            }
            Stmt::While(repeat) => {
                self.expression(&repeat.test);
                self.body(&repeat.body);
                self.body(&repeat.orelse);
            }
            Stmt::Match(matched) => {
                self.expression(&matched.subject);
                for case in &matched.cases {
                    self.under(Condition::Unknown, |walker| walker.body(&case.body));
                }
            }
            Stmt::Assign(_)
            | Stmt::AugAssign(_)
            | Stmt::AnnAssign(_)
            | Stmt::Expr(_)
            | Stmt::Return(_)
            | Stmt::Delete(_)
            | Stmt::TypeAlias(_)
            | Stmt::Raise(_)
            | Stmt::Assert(_)
            | Stmt::Global(_)
            | Stmt::Nonlocal(_)
            | Stmt::Pass(_)
            | Stmt::Break(_)
            | Stmt::Continue(_)
            | Stmt::IpyEscapeCommand(_) => self.simple(statement),
        }
    }

    fn simple(&mut self, statement: &'a Stmt) {
        if let Some(paths) = &mut self.paths {
            paths.statement(statement, &self.names, &mut self.found.search_paths);
        }
        if self.looks_at_calls {
            walk_stmt(self, statement);
        }
    }

    fn expression(&mut self, expression: &'a Expr) {
        if self.looks_at_calls {
            self.visit_expr(expression);
        }
    }

    fn import(&mut self, import: &StmtImport) {
        for alias in &import.names {
            self.names.import(alias);
            let module = alias.name.as_str().trim_end_matches('.');
            if !module.is_empty() {
                let found = Import { span: span(alias.name.range), ..self.found_at(import.range) };
                self.found.imports.push(Import { module: module.into(), ..found });
            }
        }
    }

    fn import_from(&mut self, import: &StmtImportFrom) {
        let module = import.module.as_ref().map_or("", Identifier::as_str).trim_end_matches('.');
        if module.is_empty() && import.level == 0 {
            return;
        }
        if import.level == 0 {
            import.names.iter().for_each(|alias| self.names.import_from(module, alias));
        }
        let names = import.names.iter().filter(|alias| !alias.name.is_empty());
        let name =
            |alias: &Alias| ImportedName { name: alias.name.as_str().into(), span: span(alias.name.range) };
        let found = Import {
            form: ImportForm::From,
            level: import.level,
            module: module.into(),
            span: self.span_behind_from(import),
            names: names.map(name).collect(),
            ..self.found_at(import.range)
        };
        self.found.imports.push(found);
    }

    /// The name behind `from`, with its dots.
    fn span_behind_from(&self, import: &StmtImportFrom) -> Span {
        let module =
            import.module.as_ref().filter(|module| !module.is_empty()).map(|module| span(module.range));
        if import.level == 0 {
            return module.unwrap_or_else(|| span(import.range));
        }
        let whole = span(import.range);
        let dots = || {
            let bytes = whole.slice(self.text).bytes().enumerate();
            bytes.filter(|(_, byte)| *byte == b'.').map(|(at, _)| crate::cursor::offset(at) + whole.start)
        };
        let start = dots().next().unwrap_or(whole.start);
        let last = dots().nth((import.level as usize).saturating_sub(1));
        let end = module.map(|module| module.end).or(last.map(|at| at + 1));
        Span::new(start, end.unwrap_or(start).max(start))
    }

    /// An import in the statement at `range`, without its name.
    fn found_at(&self, range: TextRange) -> Import {
        let statement = span(range);
        Import {
            form: ImportForm::Import,
            level: 0,
            module: Box::default(),
            span: statement,
            statement,
            names: Vec::new(),
            place: self.place.clone(),
            suppressions: self.comments.on_lines_of(self.text, statement),
        }
    }

    fn function(&mut self, function: &'a StmtFunctionDef) {
        if self.looks_at_calls {
            function.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
            self.visit_parameters(&function.parameters);
        }
        let outer = self.place.clone();
        self.place.in_function = true;
        self.place.in_class = false;
        // Where the function is called nothing is tried any more.
        self.place.attempts.retain(|attempt| attempt.role == AttemptRole::Fallback);
        self.body(&function.body);
        self.place = outer;
    }

    fn class(&mut self, class: &'a StmtClassDef) {
        if self.looks_at_calls {
            class.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
            class.arguments.iter().for_each(|arguments| self.visit_arguments(arguments));
        }
        let was_in_class = std::mem::replace(&mut self.place.in_class, true);
        self.body(&class.body);
        self.place.in_class = was_in_class;
    }

    fn branches(&mut self, branches: &'a StmtIf) {
        let (before, was_type_checking) = (self.place.conditions.len(), self.place.is_type_checking);
        self.expression(&branches.test);
        let mut test = condition(&branches.test, &self.names);
        self.under(test.clone(), |walker| walker.body(&branches.body));
        for ElifElseClause { test: next, body, .. } in &branches.elif_else_clauses {
            let not = test.negated();
            self.place.is_type_checking |= not.needs_type_checking();
            self.place.conditions.push(not);
            test = match next {
                Some(next) => {
                    self.expression(next);
                    condition(next, &self.names)
                }
                None => Condition::All(Vec::new()),
            };
            if next.is_some() {
                self.under(test.clone(), |walker| walker.body(body));
            } else {
                self.body(body);
            }
        }
        self.place.conditions.truncate(before);
        self.place.is_type_checking = was_type_checking;
    }

    /// Does `walk` where `condition` holds.
    fn under(&mut self, condition: Condition, walk: impl FnOnce(&mut Self)) {
        let was_type_checking = self.place.is_type_checking;
        self.place.is_type_checking |= condition.needs_type_checking();
        self.place.conditions.push(condition);
        walk(self);
        self.place.conditions.pop();
        self.place.is_type_checking = was_type_checking;
    }

    fn attempt(&mut self, attempt: &'a StmtTry) {
        let catching = attempt.handlers.iter().find_map(|handler| {
            let ExceptHandler::ExceptHandler(handler) = handler;
            catches_missing(handler.type_.as_deref(), &self.names).then_some(handler)
        });
        let fallback = catching.map(|handler| attempt::fallback(&handler.body, &self.names));
        let number = self.attempts;
        self.attempts += u32::from(fallback.is_some());
        self.trying(fallback, number, AttemptRole::Guarded, |walker| walker.body(&attempt.body));
        for handler in &attempt.handlers {
            let ExceptHandler::ExceptHandler(handler) = handler;
            let fallback = fallback.filter(|_| catches_missing(handler.type_.as_deref(), &self.names));
            self.trying(fallback, number, AttemptRole::Fallback, |walker| walker.body(&handler.body));
        }
        self.body(&attempt.orelse);
        self.body(&attempt.finalbody);
    }

    fn with(&mut self, with: &'a StmtWith) {
        with.items.iter().for_each(|item| self.expression(&item.context_expr));
        let suppresses = with.items.iter().any(|item| suppresses_missing(&item.context_expr, &self.names));
        let number = self.attempts;
        self.attempts += u32::from(suppresses);
        let fallback = suppresses.then_some(Fallback::Nothing);
        self.trying(fallback, number, AttemptRole::Guarded, |walker| walker.body(&with.body));
    }

    /// Does `walk` in a part of a statement that gets over a missing module, if there is a `fallback`.
    fn trying(
        &mut self,
        fallback: Option<Fallback>,
        number: u32,
        role: AttemptRole,
        walk: impl FnOnce(&mut Self),
    ) {
        if let Some(fallback) = fallback {
            self.place.attempts.push(Attempt { number, role, fallback });
        }
        walk(self);
        if fallback.is_some() {
            self.place.attempts.pop();
        }
    }

    fn call(&mut self, call: &ExprCall) {
        if let Some(ImportCall { form, level, module, span }) = import_call(call, &self.names) {
            let mut found = Import { form, level, module, span, ..self.found_at(call.range()) };
            if form == ImportForm::OrSkip {
                let (role, fallback) = (AttemptRole::Guarded, Fallback::Raise);
                found.place.attempts.push(Attempt { number: self.attempts, role, fallback });
                self.attempts += 1;
            }
            self.found.imports.push(found);
        }
    }
}

impl<'a> Visitor<'a> for Walker<'_> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        if self.depth == DEEPEST {
            return;
        }
        self.depth += 1;
        if let Expr::Call(call) = expression {
            self.call(call);
        }
        walk_expr(self, expression);
        self.depth -= 1;
    }
}
