//! What a file does to `sys.path`, and which folders it puts there.

use std::collections::HashMap;

use ruff_python_ast::{Expr, ExprCall, Number, Operator, Stmt};
use ruff_text_size::Ranged;

use crate::Span;

use super::names::Names;
use super::walk::span;
use super::{SearchFolder, SearchPathChange};

/// Calls within calls. Nobody writes more.
const DEEPEST: usize = 24;

/// What stands for the file itself at the end of a path: no path has it.
const THE_FILE: &str = "\0";

/// The paths that names stand for.
#[derive(Debug, Default)]
pub(super) struct Paths {
    known: HashMap<Box<str>, Path>,
}

/// A path as far as it is known.
#[derive(Clone, Debug, Default)]
struct Path {
    /// Whether it begins with the folder of the file.
    is_of_file: bool,
    /// Whether it begins with a `/` or a drive.
    root: Option<Box<str>>,
    parts: Vec<Box<str>>,
}

impl Paths {
    /// Looks at a statement without others in it.
    pub(super) fn statement(&mut self, statement: &Stmt, names: &Names, found: &mut Vec<SearchPathChange>) {
        let whole = span(statement.range());
        match statement {
            Stmt::Expr(statement) => {
                if let Expr::Call(call) = &*statement.value {
                    self.call(call, names, whole, found);
                }
            }
            Stmt::AugAssign(assign) if is_search_path(&assign.target, names) => {
                self.list(&assign.value, names, whole, found);
            }
            Stmt::Assign(assign) => match &*assign.targets {
                [target] if is_search_path(target, names) => self.list(&assign.value, names, whole, found),
                [Expr::Name(name)] => {
                    match self.path(&assign.value, names, DEEPEST) {
                        Some(path) => self.known.insert(name.id.as_str().into(), path),
                        None => self.known.remove(name.id.as_str()),
                    };
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn call(&self, call: &ExprCall, names: &Names, whole: Span, found: &mut Vec<SearchPathChange>) {
        let argument = |index| call.arguments.find_positional(index);
        let folder = match names.path(&call.func).as_deref() {
            Some("sys.path.insert") => argument(1),
            Some("sys.path.append" | "site.addsitedir") => argument(0),
            Some("sys.path.extend") => {
                if let Some(list) = argument(0) {
                    self.list(list, names, whole, found);
                }
                None
            }
            Some(_) | None => None,
        };
        if let Some(folder) = folder {
            found.push(SearchPathChange { span: whole, folder: self.folder(folder, names) });
        }
    }

    /// The folders of a list, or of what is put together from lists.
    fn list(&self, list: &Expr, names: &Names, whole: Span, found: &mut Vec<SearchPathChange>) {
        let mut rest = vec![list];
        while let Some(list) = rest.pop() {
            let items = match list {
                Expr::List(list) => &list.elts,
                Expr::Tuple(tuple) => &tuple.elts,
                Expr::BinOp(sum) if sum.op == Operator::Add => {
                    rest.extend([&*sum.right, &*sum.left]);
                    continue;
                }
                list if is_search_path(list, names) => continue,
                _ => {
                    found.push(SearchPathChange { span: whole, folder: SearchFolder::Unknown });
                    continue;
                }
            };
            for item in items {
                match item {
                    // `[*sys.path, "x"]`
                    Expr::Starred(starred) => rest.push(&starred.value),
                    item => {
                        found.push(SearchPathChange { span: whole, folder: self.folder(item, names) });
                    }
                }
            }
        }
    }

    fn folder(&self, expression: &Expr, names: &Names) -> SearchFolder {
        let path = self.path(expression, names, DEEPEST);
        path.and_then(Path::folder).unwrap_or(SearchFolder::Unknown)
    }

    /// The path that `expression` is.
    fn path(&self, expression: &Expr, names: &Names, depth: usize) -> Option<Path> {
        let depth = depth.checked_sub(1)?;
        let read = |expression: &Expr| self.path(expression, names, depth);
        match expression {
            Expr::StringLiteral(literal) => Path::default().joined(literal.value.to_str()),
            Expr::Name(name) if name.id.as_str() == "__file__" => {
                Some(Path { is_of_file: true, root: None, parts: vec![THE_FILE.into()] })
            }
            Expr::Name(name) => self.known.get(name.id.as_str()).cloned(),
            Expr::Attribute(attribute) => match names.path(expression).as_deref() {
                Some("os.pardir") => Path::default().joined(".."),
                Some("os.curdir") => Some(Path::default()),
                Some(_) | None if attribute.attr.as_str() == "parent" => read(&attribute.value)?.joined(".."),
                Some(_) | None => None,
            },
            // `path.parents[1]`
            Expr::Subscript(subscript) => {
                let Expr::Attribute(attribute) = &*subscript.value else { return None };
                let Expr::NumberLiteral(literal) = &*subscript.slice else { return None };
                let Number::Int(index) = &literal.value else { return None };
                let mut path = read(&attribute.value).filter(|_| attribute.attr.as_str() == "parents")?;
                for _ in 0..=index.as_u8()? {
                    path = path.joined("..")?;
                }
                Some(path)
            }
            Expr::BinOp(operation) if operation.op == Operator::Div => {
                read(&operation.left)?.joined_with(read(&operation.right)?)
            }
            Expr::BinOp(operation) if operation.op == Operator::Add => {
                let Expr::StringLiteral(right) = &*operation.right else { return None };
                let right = right.value.to_str().strip_prefix(['/', '\\'])?;
                read(&operation.left)?.joined(right)
            }
            Expr::Call(call) => self.called(call, names, depth),
            _ => None,
        }
    }

    fn called(&self, call: &ExprCall, names: &Names, depth: usize) -> Option<Path> {
        let read = |expression: &Expr| self.path(expression, names, depth);
        let joined = |first: Path, rest: &[Expr]| {
            rest.iter().try_fold(first, |path, part| path.joined_with(read(part)?))
        };
        let arguments = &*call.arguments.args;
        match names.path(&call.func).as_deref() {
            Some("os.path.dirname") => return read(arguments.first()?)?.joined(".."),
            Some("os.path.abspath" | "os.path.realpath" | "os.path.normpath" | "os.fspath" | "str") => {
                return read(arguments.first()?);
            }
            Some("os.path.join" | "pathlib.Path" | "Path" | "pathlib.PurePath") => {
                let (first, rest) = arguments.split_first()?;
                return joined(read(first)?, rest);
            }
            Some("os.getcwd" | "pathlib.Path.cwd") => return Some(Path::default()),
            Some(_) | None => {}
        }
        let Expr::Attribute(method) = &*call.func else { return None };
        let path = read(&method.value)?;
        match method.attr.as_str() {
            "resolve" | "absolute" | "as_posix" | "__str__" | "__fspath__" => Some(path),
            "joinpath" => joined(path, arguments),
            _ => None,
        }
    }
}

impl Path {
    /// With `written` behind it, or that alone where it is absolute.
    fn joined(mut self, written: &str) -> Option<Self> {
        if written.starts_with('~') || written.contains('\0') {
            return None;
        }
        let mut rest = written;
        if let Some(behind) = written.strip_prefix(['/', '\\']) {
            self = Self { is_of_file: false, root: Some("/".into()), parts: Vec::new() };
            rest = behind;
        } else if written.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
            && matches!(written.as_bytes().get(1..3), Some(b":/" | b":\\"))
        {
            self = Self {
                is_of_file: false,
                root: Some(format!("{}/", &written[..2]).into()),
                parts: Vec::new(),
            };
            rest = &written[3..];
        }
        for part in rest.split(['/', '\\']) {
            match part {
                "" | "." => {}
                ".." if self.parts.last().is_some_and(|last| &**last != "..") => {
                    self.parts.pop();
                }
                ".." if self.root.is_some() => {}
                part => self.parts.push(part.into()),
            }
        }
        Some(self)
    }

    fn joined_with(self, other: Self) -> Option<Self> {
        if other.is_of_file || other.root.is_some() {
            return Some(other);
        }
        other.parts.iter().try_fold(self, |path, part| path.joined(part))
    }

    /// As a folder; `None` for the file itself.
    fn folder(self) -> Option<SearchFolder> {
        let path = self.parts.join("/");
        if path.contains(THE_FILE) {
            return None;
        }
        Some(match self.root {
            None if self.is_of_file => SearchFolder::OfFile(path.into()),
            root => SearchFolder::AsWritten(format!("{}{path}", root.unwrap_or_default()).into()),
        })
    }
}

/// `sys.path` or a part of it.
fn is_search_path(expression: &Expr, names: &Names) -> bool {
    let whole = match expression {
        Expr::Subscript(subscript) => &subscript.value,
        whole => whole,
    };
    names.path(whole).is_some_and(|path| path == "sys.path")
}
