//! From the bytes of a file to its text.

/// Why a file could not be read as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Offset in bytes of the first byte that is wrong.
    pub offset: usize,
    /// What is wrong, in one plain line.
    pub message: String,
}
