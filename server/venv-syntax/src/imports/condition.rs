//! What conditions say of an environment, with three values: true, false, not known.

use std::cmp::Ordering;

use crate::MarkerEnvironment;

use super::{Condition, PlatformVariable, TextTest, VersionOrder};

impl Condition {
    /// Whether it holds where the file is run by the Python of `environment`; `None` where that is not known.
    pub fn holds(&self, environment: &MarkerEnvironment) -> Option<bool> {
        match self {
            Self::TypeChecking => Some(false),
            Self::Version { parts, order, version } => {
                let found = compare(environment, *parts, version)?;
                Some(match order {
                    VersionOrder::Less => found.is_lt(),
                    VersionOrder::LessOrEqual => found.is_le(),
                    VersionOrder::Equal => found.is_eq(),
                    VersionOrder::GreaterOrEqual => found.is_ge(),
                    VersionOrder::Greater => found.is_gt(),
                })
            }
            Self::Platform { variable, test, values } => {
                let found = match variable {
                    PlatformVariable::SysPlatform => &environment.sys_platform,
                    PlatformVariable::OsName => &environment.os_name,
                    PlatformVariable::PlatformSystem => &environment.platform_system,
                    PlatformVariable::ImplementationName => &environment.implementation_name,
                    PlatformVariable::PythonImplementation => &environment.platform_python_implementation,
                };
                let found = found.as_deref()?;
                Some(values.iter().any(|value| match test {
                    TextTest::Equals => found == &**value,
                    TextTest::StartsWith => found.starts_with(&**value),
                    TextTest::Contains => found.contains(&**value),
                }))
            }
            Self::Not(condition) => condition.holds(environment).map(|holds| !holds),
            Self::All(conditions) => all(conditions.iter().map(|condition| condition.holds(environment))),
            Self::Any(conditions) => {
                all(conditions.iter().map(|condition| condition.holds(environment).map(|holds| !holds)))
                    .map(|fails| !fails)
            }
            Self::Unknown => None,
        }
    }

    /// Whether it can only hold where types are checked.
    pub(super) fn needs_type_checking(&self) -> bool {
        match self {
            Self::TypeChecking => true,
            Self::All(conditions) => conditions.iter().any(Self::needs_type_checking),
            Self::Any(conditions) => {
                !conditions.is_empty() && conditions.iter().all(Self::needs_type_checking)
            }
            Self::Not(_) | Self::Version { .. } | Self::Platform { .. } | Self::Unknown => false,
        }
    }

    /// The opposite.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            Self::Not(condition) => *condition,
            Self::TypeChecking
            | Self::Version { .. }
            | Self::Platform { .. }
            | Self::All(_)
            | Self::Any(_) => Self::Not(Box::new(self)),
        }
    }
}

/// False as soon as one is false, not known if one is not known, true if all are true.
pub(super) fn all(verdicts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for verdict in verdicts {
        match verdict {
            Some(false) => return Some(false),
            Some(true) => {}
            None => result = None,
        }
    }
    result
}

/// Compares `sys.version_info`, or its first `parts`, with `wanted` as Python compares tuples.
fn compare(environment: &MarkerEnvironment, parts: Option<usize>, wanted: &[u64]) -> Option<Ordering> {
    let version = environment.python_full_version.as_ref().or(environment.python_version.as_ref())?;
    let release = version.split(|c: char| c != '.' && !c.is_ascii_digit()).next().unwrap_or_default();
    let found: Vec<u64> = release.split('.').map_while(|part| part.parse().ok()).collect();
    let compared = parts.unwrap_or(usize::MAX).min(wanted.len());
    for (index, wanted) in wanted.iter().take(compared).enumerate() {
        match found.get(index)?.cmp(wanted) {
            Ordering::Equal => {}
            unequal @ (Ordering::Less | Ordering::Greater) => return Some(unequal),
        }
    }
    // The longer of two tuples with the same beginning is the greater one, and the whole of it has five parts.
    Some(parts.unwrap_or(5).cmp(&wanted.len()))
}
