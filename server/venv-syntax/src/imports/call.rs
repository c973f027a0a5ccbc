//! Imports that are calls of functions, with the module's name as a literal.

use ruff_python_ast::{Expr, ExprCall, Number, StringLiteral};
use ruff_text_size::Ranged;

use crate::Span;

use super::ImportForm;
use super::names::Names;

/// A call that imports a module.
pub(super) struct ImportCall {
    pub(super) form: ImportForm,
    pub(super) level: u32,
    pub(super) module: Box<str>,
    /// Within the quotes.
    pub(super) span: Span,
}

/// What `call` imports, if that is what it does.
pub(super) fn import_call(call: &ExprCall, names: &Names) -> Option<ImportCall> {
    let (form, parameter) = match &*names.path(&call.func)? {
        "importlib.import_module" | "import_module" => (ImportForm::Call, "name"),
        "__import__" | "builtins.__import__" | "importlib.__import__" => {
            let level = call.arguments.find_argument_value("level", 4);
            if level.is_some_and(|level| !is_zero(level)) {
                return None;
            }
            (ImportForm::Call, "name")
        }
        "pytest.importorskip" => (ImportForm::OrSkip, "modname"),
        _ => return None,
    };
    let Expr::StringLiteral(literal) = call.arguments.find_argument_value(parameter, 0)? else { return None };
    let written = literal.value.to_str();
    let module = written.trim_start_matches('.');
    let level = written.len() - module.len();
    let is_name = |part: &str| !part.is_empty() && part.chars().all(|c| c == '_' || c.is_alphanumeric());
    if !module.split('.').all(is_name) {
        return None;
    }
    let range = literal.as_single_part_string().map_or(literal.range(), StringLiteral::content_range);
    let span = super::walk::span(range);
    if level == 0 {
        return Some(ImportCall { form, level: 0, module: module.into(), span });
    }
    match call.arguments.find_argument_value("package", 1)? {
        Expr::StringLiteral(package) => {
            let package: Vec<&str> = package.value.to_str().split('.').collect();
            if !package.iter().all(|part| is_name(part)) {
                return None;
            }
            let kept = (package.len() + 1).checked_sub(level).filter(|kept| *kept > 0)?;
            let module = format!("{}.{module}", package[..kept].join("."));
            Some(ImportCall { form, level: 0, module: module.into(), span })
        }
        Expr::Name(name) if matches!(name.id.as_str(), "__package__" | "__name__") => {
            Some(ImportCall { form, level: u32::try_from(level).ok()?, module: module.into(), span })
        }
        _ => None,
    }
}

fn is_zero(expression: &Expr) -> bool {
    matches!(expression, Expr::NumberLiteral(number) if matches!(&number.value, Number::Int(int) if int.as_u64() == Some(0)))
}
