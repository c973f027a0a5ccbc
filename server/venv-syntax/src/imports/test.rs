//! What the test of an `if` says.

use ruff_python_ast::{BoolOp, CmpOp, Expr, ExprCompare, Number, UnaryOp};

use super::names::Names;
use super::{Condition, PlatformVariable, TextTest, VersionOrder};

/// Tests within tests. Nobody writes more.
const DEEPEST: usize = 16;

/// What `test` says.
pub(super) fn condition(test: &Expr, names: &Names) -> Condition {
    read(test, names, DEEPEST)
}

fn read(test: &Expr, names: &Names, depth: usize) -> Condition {
    let Some(depth) = depth.checked_sub(1) else { return Condition::Unknown };
    match test {
        Expr::BoolOp(operation) => {
            let conditions = operation.values.iter().map(|value| read(value, names, depth)).collect();
            match operation.op {
                BoolOp::And => Condition::All(conditions),
                BoolOp::Or => Condition::Any(conditions),
            }
        }
        Expr::UnaryOp(operation) if operation.op == UnaryOp::Not => {
            read(&operation.operand, names, depth).negated()
        }
        Expr::Compare(comparison) => compared(comparison, names),
        Expr::BooleanLiteral(literal) => constant(literal.value),
        Expr::NumberLiteral(literal) => {
            number(&literal.value).map_or(Condition::Unknown, |value| constant(value != 0))
        }
        Expr::Name(_) | Expr::Attribute(_) => named(test, names),
        Expr::Call(call) => {
            let Expr::Attribute(method) = &*call.func else { return Condition::Unknown };
            let variable = platform(&method.value, names).filter(|_| method.attr.as_str() == "startswith");
            let values = call.arguments.find_positional(0).and_then(texts);
            match (variable, values) {
                (Some(variable), Some(values)) => {
                    Condition::Platform { variable, test: TextTest::StartsWith, values }
                }
                (Some(_) | None, Some(_) | None) => Condition::Unknown,
            }
        }
        _ => Condition::Unknown,
    }
}

fn constant(holds: bool) -> Condition {
    if holds { Condition::All(Vec::new()) } else { Condition::Any(Vec::new()) }
}

fn named(test: &Expr, names: &Names) -> Condition {
    let Some(path) = names.path(test) else { return Condition::Unknown };
    let three = |order| Condition::Version { parts: Some(1), order, version: vec![3] };
    match &*path {
        "TYPE_CHECKING" => Condition::TypeChecking,
        "six.PY2" => three(VersionOrder::Less),
        "six.PY3" => three(VersionOrder::Equal),
        path if path.ends_with(".TYPE_CHECKING") => Condition::TypeChecking,
        _ => Condition::Unknown,
    }
}

/// `a < b < c` is `a < b and b < c`.
fn compared(comparison: &ExprCompare, names: &Names) -> Condition {
    let mut left = &*comparison.left;
    let mut all = Vec::with_capacity(comparison.ops.len());
    for (operator, right) in comparison.ops.iter().zip(&comparison.comparators) {
        all.push(pair(left, *operator, right, names));
        left = right;
    }
    match <[Condition; 1]>::try_from(all) {
        Ok([only]) => only,
        Err(all) => Condition::All(all),
    }
}

fn pair(left: &Expr, operator: CmpOp, right: &Expr, names: &Names) -> Condition {
    if let Some(condition) = version_pair(left, operator, right, names)
        .or_else(|| version_pair(right, flipped(operator)?, left, names))
    {
        return condition;
    }
    let equals = |variable, values| Condition::Platform { variable, test: TextTest::Equals, values };
    let found = match operator {
        CmpOp::Eq | CmpOp::NotEq => platform(left, names)
            .zip(text(right))
            .or_else(|| platform(right, names).zip(text(left)))
            .map(|(variable, value)| equals(variable, vec![value])),
        CmpOp::In | CmpOp::NotIn => platform(left, names)
            .zip(texts(right).filter(|_| !matches!(right, Expr::StringLiteral(_))))
            .map_or_else(
                || {
                    let (variable, value) = platform(right, names).zip(text(left))?;
                    Some(Condition::Platform { variable, test: TextTest::Contains, values: vec![value] })
                },
                |(variable, values)| Some(equals(variable, values)),
            ),
        CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE | CmpOp::Is | CmpOp::IsNot => None,
    };
    match found {
        Some(found) if matches!(operator, CmpOp::NotEq | CmpOp::NotIn) => found.negated(),
        Some(found) => found,
        None => Condition::Unknown,
    }
}

/// The operator for the sides the other way round.
fn flipped(operator: CmpOp) -> Option<CmpOp> {
    match operator {
        CmpOp::Lt => Some(CmpOp::Gt),
        CmpOp::LtE => Some(CmpOp::GtE),
        CmpOp::Gt => Some(CmpOp::Lt),
        CmpOp::GtE => Some(CmpOp::LtE),
        CmpOp::Eq | CmpOp::NotEq => Some(operator),
        CmpOp::Is | CmpOp::IsNot | CmpOp::In | CmpOp::NotIn => None,
    }
}

/// A comparison of `sys.version_info`, of its beginning, or of its first part.
fn version_pair(left: &Expr, operator: CmpOp, right: &Expr, names: &Names) -> Option<Condition> {
    let (parts, version) = match left {
        Expr::Subscript(subscript) if is_version(&subscript.value, names) => match &*subscript.slice {
            Expr::Slice(slice) if slice.lower.is_none() && slice.step.is_none() => {
                let Expr::NumberLiteral(upper) = slice.upper.as_deref()? else { return None };
                (Some(usize::try_from(number(&upper.value)?).ok()?), tuple(right)?)
            }
            Expr::NumberLiteral(index) if number(&index.value) == Some(0) => (Some(1), vec![single(right)?]),
            _ => return None,
        },
        Expr::Attribute(attribute)
            if attribute.attr.as_str() == "major" && is_version(&attribute.value, names) =>
        {
            (Some(1), vec![single(right)?])
        }
        _ if is_version(left, names) => (None, tuple(right)?),
        _ => return None,
    };
    let order = match operator {
        CmpOp::Lt => VersionOrder::Less,
        CmpOp::LtE => VersionOrder::LessOrEqual,
        CmpOp::Gt => VersionOrder::Greater,
        CmpOp::GtE => VersionOrder::GreaterOrEqual,
        CmpOp::Eq | CmpOp::NotEq => VersionOrder::Equal,
        CmpOp::Is | CmpOp::IsNot | CmpOp::In | CmpOp::NotIn => return None,
    };
    // Only the first three parts are those of the version.
    let condition = (version.len() <= 3 && parts.is_none_or(|parts| parts <= 3))
        .then_some(Condition::Version { parts, order, version })?;
    Some(if operator == CmpOp::NotEq { condition.negated() } else { condition })
}

fn is_version(expression: &Expr, names: &Names) -> bool {
    names.path(expression).is_some_and(|path| path == "sys.version_info")
}

/// `(3, 11)`
fn tuple(expression: &Expr) -> Option<Vec<u64>> {
    let Expr::Tuple(tuple) = expression else { return None };
    tuple.elts.iter().map(single).collect()
}

fn single(expression: &Expr) -> Option<u64> {
    let Expr::NumberLiteral(literal) = expression else { return None };
    number(&literal.value)
}

fn number(number: &Number) -> Option<u64> {
    match number {
        Number::Int(int) => int.as_u64(),
        Number::Float(_) | Number::Complex { .. } => None,
    }
}

fn platform(expression: &Expr, names: &Names) -> Option<PlatformVariable> {
    let (function, is_called) = match expression {
        Expr::Call(call) if call.arguments.is_empty() => (&*call.func, true),
        _ => (expression, false),
    };
    match (&*names.path(function)?, is_called) {
        ("sys.platform", false) => Some(PlatformVariable::SysPlatform),
        ("os.name", false) => Some(PlatformVariable::OsName),
        ("sys.implementation.name", false) => Some(PlatformVariable::ImplementationName),
        ("platform.system", true) => Some(PlatformVariable::PlatformSystem),
        ("platform.python_implementation", true) => Some(PlatformVariable::PythonImplementation),
        _ => None,
    }
}

fn text(expression: &Expr) -> Option<Box<str>> {
    let Expr::StringLiteral(literal) = expression else { return None };
    Some(literal.value.to_str().into())
}

/// A text, or those of a tuple, a list or a set.
fn texts(expression: &Expr) -> Option<Vec<Box<str>>> {
    match expression {
        Expr::Tuple(tuple) => tuple.elts.iter().map(text).collect(),
        Expr::List(list) => list.elts.iter().map(text).collect(),
        Expr::Set(set) => set.elts.iter().map(text).collect(),
        _ => text(expression).map(|text| vec![text]),
    }
}
