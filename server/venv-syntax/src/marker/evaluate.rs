//! What a marker says about an environment, with three values: true, false, not known.
//!
//! The comparisons are those of `packaging.markers`: versions where the variable holds one and the other side
//! makes a valid specifier, text otherwise, in which `<` and `>` are never true.

use crate::version::{contains, grammar};
use crate::{Marker, MarkerEnvironment, MarkerOperator, MarkerValue, MarkerVariable, normalize_name};

/// Whether `marker` holds in `environment`; `None` where that depends on something that is not known.
///
/// `extras` are those with which the requirement's file is asked for. As pip does it, the marker holds when it
/// holds with `extra` being any one of them; without extras, `extra` is empty.
pub fn evaluate(marker: &Marker, environment: &MarkerEnvironment, extras: &[&str]) -> Option<bool> {
    if extras.is_empty() || !mentions_extra(marker) {
        return verdict(marker, &Context { environment, extra: String::new(), extras });
    }
    any(extras
        .iter()
        .map(|extra| verdict(marker, &Context { environment, extra: normalize_name(extra), extras })))
}

struct Context<'a> {
    environment: &'a MarkerEnvironment,
    extra: String,
    extras: &'a [&'a str],
}

fn mentions_extra(marker: &Marker) -> bool {
    let is_extra = |term: &MarkerValue| matches!(term, MarkerValue::Variable(MarkerVariable::Extra));
    match marker {
        Marker::Or(markers) | Marker::And(markers) => markers.iter().any(mentions_extra),
        Marker::Compare { left, right, .. } => is_extra(&left.value) || is_extra(&right.value),
    }
}

fn verdict(marker: &Marker, context: &Context<'_>) -> Option<bool> {
    match marker {
        Marker::Or(markers) => any(markers.iter().map(|marker| verdict(marker, context))),
        Marker::And(markers) => {
            any(markers.iter().map(|marker| verdict(marker, context).map(|holds| !holds))).map(|fails| !fails)
        }
        Marker::Compare { left, operator, right, .. } => {
            compare(&left.value, *operator, &right.value, context)
        }
    }
}

/// True as soon as one is true, not known if one is not known, false if all are false.
fn any(verdicts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(false);
    for verdict in verdicts {
        match verdict {
            Some(true) => return Some(true),
            Some(false) => {}
            None => result = None,
        }
    }
    result
}

fn compare(
    left: &MarkerValue,
    operator: MarkerOperator,
    right: &MarkerValue,
    context: &Context<'_>,
) -> Option<bool> {
    match (left, right) {
        // Of two variables pip looks up the left one only, and compares it with the name of the right one.
        (MarkerValue::Variable(variable), MarkerValue::Variable(name)) => {
            compare_texts(&value(*variable, context)?, operator, name.name(), *variable)
        }
        (MarkerValue::Variable(variable), MarkerValue::Literal(literal)) => {
            let literal = known(literal)?;
            let value = value(*variable, context)?;
            if *variable == MarkerVariable::Extra {
                compare_texts(&value, operator, &normalize_name(literal), *variable)
            } else {
                compare_texts(&value, operator, literal, *variable)
            }
        }
        (MarkerValue::Literal(literal), MarkerValue::Variable(MarkerVariable::Extras)) => {
            let name = normalize_name(known(literal)?);
            let found = context.extras.iter().any(|extra| normalize_name(extra) == name);
            match operator {
                MarkerOperator::In => Some(found),
                MarkerOperator::NotIn => Some(!found),
                MarkerOperator::Equal
                | MarkerOperator::NotEqual
                | MarkerOperator::Less
                | MarkerOperator::LessEqual
                | MarkerOperator::Greater
                | MarkerOperator::GreaterEqual
                | MarkerOperator::Compatible
                | MarkerOperator::Identical => None,
            }
        }
        (MarkerValue::Literal(literal), MarkerValue::Variable(variable)) => {
            let literal = known(literal)?;
            let value = value(*variable, context)?;
            if *variable == MarkerVariable::Extra {
                compare_texts(&normalize_name(literal), operator, &value, *variable)
            } else {
                compare_texts(literal, operator, &value, *variable)
            }
        }
        // Two texts say nothing about an environment, and pip fails with them.
        (MarkerValue::Literal(_), MarkerValue::Literal(_)) => None,
    }
}

/// A literal with a variable of the shell in it (`"${PYTHON}"`) could be anything.
fn known(literal: &str) -> Option<&str> {
    (!literal.contains("${")).then_some(literal)
}

fn value(variable: MarkerVariable, context: &Context<'_>) -> Option<String> {
    let environment = context.environment;
    match variable {
        MarkerVariable::PythonVersion => environment.python_version.clone(),
        // A Python that was built from a checkout calls itself `3.14.0a1+`, which is not a version.
        MarkerVariable::PythonFullVersion => environment
            .python_full_version
            .as_ref()
            .map(|version| if version.ends_with('+') { format!("{version}local") } else { version.clone() }),
        MarkerVariable::OsName => environment.os_name.clone(),
        MarkerVariable::SysPlatform => environment.sys_platform.clone(),
        MarkerVariable::PlatformRelease => environment.platform_release.clone(),
        MarkerVariable::PlatformSystem => environment.platform_system.clone(),
        MarkerVariable::PlatformVersion => environment.platform_version.clone(),
        MarkerVariable::PlatformMachine => environment.platform_machine.clone(),
        MarkerVariable::PlatformPythonImplementation => environment.platform_python_implementation.clone(),
        MarkerVariable::ImplementationName => environment.implementation_name.clone(),
        MarkerVariable::ImplementationVersion => environment.implementation_version.clone(),
        MarkerVariable::Extra => Some(context.extra.clone()),
        MarkerVariable::Extras | MarkerVariable::DependencyGroups => None,
    }
}

fn compare_texts(
    left: &str,
    operator: MarkerOperator,
    right: &str,
    variable: MarkerVariable,
) -> Option<bool> {
    let of_versions = matches!(
        variable,
        MarkerVariable::PythonVersion
            | MarkerVariable::PythonFullVersion
            | MarkerVariable::ImplementationVersion
            | MarkerVariable::PlatformRelease
    );
    if of_versions
        && operator == MarkerOperator::Identical
        && grammar::parse_specifier("===", right).is_some()
    {
        return Some(left.eq_ignore_ascii_case(right.trim()));
    }
    if of_versions && let Some(specifier) = grammar::parse_specifier(operator.text(), right) {
        return Some(grammar::parse_version(left).is_some_and(|version| contains(&specifier, &version)));
    }
    match operator {
        MarkerOperator::Equal | MarkerOperator::LessEqual | MarkerOperator::GreaterEqual => {
            Some(left == right)
        }
        MarkerOperator::NotEqual => Some(left != right),
        MarkerOperator::Less | MarkerOperator::Greater => Some(false),
        MarkerOperator::In => Some(right.contains(left)),
        MarkerOperator::NotIn => Some(!right.contains(left)),
        MarkerOperator::Compatible | MarkerOperator::Identical => None,
    }
}
