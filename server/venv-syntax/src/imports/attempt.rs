//! Statements that get over a missing module.

use ruff_python_ast::{ExceptHandler, Expr, Stmt};

use super::Fallback;
use super::names::Names;

/// Whether `except kind:` runs where a module is missing. `kind` is `None` for `except:`.
pub(super) fn catches_missing(kind: Option<&Expr>, names: &Names) -> bool {
    match kind {
        None => true,
        Some(Expr::Tuple(kinds)) => kinds.elts.iter().any(|kind| is_of_missing(kind, names)),
        Some(kind) => is_of_missing(kind, names),
    }
}

/// Whether `with expression:` gets over a missing module.
pub(super) fn suppresses_missing(expression: &Expr, names: &Names) -> bool {
    let Expr::Call(call) = expression else { return false };
    names.path(&call.func).is_some_and(|path| matches!(&*path, "contextlib.suppress" | "suppress"))
        && call.arguments.args.iter().any(|kind| is_of_missing(kind, names))
}

fn is_of_missing(kind: &Expr, names: &Names) -> bool {
    let path = names.path(kind);
    let name = path.as_deref().map(|path| path.strip_prefix("builtins.").unwrap_or(path));
    matches!(name, Some("ImportError" | "ModuleNotFoundError" | "Exception" | "BaseException"))
}

/// What the body of an `except` does where a module is missing.
pub(super) fn fallback(body: &[Stmt], names: &Names) -> Fallback {
    if has_import(body, NESTED) {
        Fallback::Import
    } else if body.iter().any(|statement| ends(statement, names)) {
        Fallback::Raise
    } else if body.iter().all(does_nothing) {
        Fallback::Nothing
    } else {
        Fallback::Value
    }
}

/// How deep an import may be in an `except`.
const NESTED: usize = 8;

fn has_import(body: &[Stmt], nested: usize) -> bool {
    let within = |body: &[Stmt]| nested > 0 && has_import(body, nested - 1);
    body.iter().any(|statement| match statement {
        Stmt::Import(_) | Stmt::ImportFrom(_) => true,
        Stmt::If(branches) => {
            within(&branches.body) || branches.elif_else_clauses.iter().any(|clause| within(&clause.body))
        }
        Stmt::Try(attempt) => {
            within(&attempt.body)
                || within(&attempt.orelse)
                || attempt.handlers.iter().any(|handler| {
                    let ExceptHandler::ExceptHandler(handler) = handler;
                    within(&handler.body)
                })
        }
        Stmt::With(with) => within(&with.body),
        _ => false,
    })
}

/// Whether the statement is the end, of the file or of the program.
fn ends(statement: &Stmt, names: &Names) -> bool {
    match statement {
        Stmt::Raise(_) => true,
        Stmt::Expr(statement) => {
            let Expr::Call(call) = &*statement.value else { return false };
            let path = names.path(&call.func);
            matches!(
                path.as_deref(),
                Some("sys.exit" | "exit" | "quit" | "os._exit" | "pytest.skip" | "pytest.exit")
            )
        }
        _ => false,
    }
}

fn does_nothing(statement: &Stmt) -> bool {
    match statement {
        Stmt::Pass(_) | Stmt::Continue(_) | Stmt::Break(_) => true,
        Stmt::Expr(statement) => {
            matches!(&*statement.value, Expr::EllipsisLiteral(_) | Expr::StringLiteral(_))
        }
        _ => false,
    }
}
