//! How the parsers here write down what is wrong.

use crate::{Replacement, Span, SyntaxError, SyntaxErrorKind};

impl SyntaxError {
    pub(crate) fn requirement(span: Span, message: impl Into<String>) -> Self {
        Self { span, kind: SyntaxErrorKind::Requirement, message: message.into(), fix: None, is_late: false }
    }

    pub(crate) fn option(span: Span, message: impl Into<String>) -> Self {
        Self { span, kind: SyntaxErrorKind::Option, message: message.into(), fix: None, is_late: false }
    }

    /// The tool fails with it only when it comes to install it.
    #[must_use]
    pub(crate) fn late(mut self) -> Self {
        self.is_late = true;
        self
    }

    /// The one edit that puts it right.
    #[must_use]
    pub(crate) fn fixed_by(mut self, span: Span, text: impl Into<String>, title: impl Into<String>) -> Self {
        self.fix = Some(Replacement { span, text: text.into(), title: title.into() });
        self
    }
}
