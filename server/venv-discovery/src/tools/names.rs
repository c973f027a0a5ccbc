//! The names that tools give to the environments that they keep outside of the project: the project's own name, cut
//! down to what every file system takes, and a hash of where the project is.

use std::hash::{Hash, Hasher};
use std::path::Path;

use md5::Md5;
use sha2::{Digest, Sha256};

use crate::system::System;

/// The first eight characters of the SHA-256 of `text`, in URL-safe base 64.
pub(super) fn sha256(text: &str) -> String {
    start_in_base64(&Sha256::digest(text.as_bytes()))
}

/// The first eight characters of the MD5 of `text`, in URL-safe base 64.
pub(super) fn md5(text: &str) -> String {
    start_in_base64(&Md5::digest(text.as_bytes()))
}

/// The hash that uv gives to a path, in hexadecimal digits. It is made of Rust's own way to hash a path, which may
/// become another one: then nothing is found by it, and nothing wrong.
pub(super) fn seahash(path: &Path) -> String {
    let mut hasher = seahash::SeaHasher::new();
    path.hash(&mut hasher);
    hasher.finish().to_le_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Six bytes are eight characters, without padding.
fn start_in_base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(8);
    for three in bytes[..6].chunks(3) {
        let bits = three.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        for shift in [18, 12, 6, 0] {
            text.push(char::from(ALPHABET[bits >> shift & 63]));
        }
    }
    text
}

/// `name` with `_` for each of the characters in `unsafe_characters`, and no longer than 42 characters.
pub(super) fn sanitized(name: &str, unsafe_characters: &str) -> String {
    name.chars().map(|c| if unsafe_characters.contains(c) { '_' } else { c }).take(42).collect()
}

/// Whether `text` ends in `-` and such a hash.
pub(super) fn ends_in_hash(text: &str) -> bool {
    let Some(start) = text.len().checked_sub(9).filter(|start| text.is_char_boundary(*start)) else {
        return false;
    };
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    start > 0 && text.as_bytes()[start] == b'-' && text.as_bytes()[start + 1..].iter().copied().all(is_base64)
}

/// Where `folder` really is, as Python writes it: what a tool sees that is started there.
pub(super) fn real_text(system: &dyn System, folder: &Path) -> Option<String> {
    let real = system.canonicalize(folder).ok()?;
    let text = real.to_str()?;
    if !system.platform().is_windows() {
        return Some(text.to_owned());
    }
    // Windows' own way to write any path, which Python hides.
    Some(text.strip_prefix(r"\\?\").unwrap_or(text).replace('/', "\\"))
}

/// Whether `name` is the name of something in a folder, and leads nowhere else.
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\\', ':', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_tools() {
        let demo = "/home/user/My Project";
        assert_eq!(sha256(demo), "eM4diZk9");
        assert_eq!(sha256(&format!("{demo}/Pipfile")), "K33t7_Zs");
        assert_eq!(md5(demo), "Bi0eCHzU");
        assert_eq!(sha256("/home/user/demo"), "n9OfTXYq");
        assert_eq!(sha256("/home/user/demo/Pipfile"), "ORqnvuw9");
        assert_eq!(md5("/home/user/demo"), "8m7lppzo");
    }

    #[cfg(unix)]
    #[test]
    fn paths_of_scripts_have_the_hash_of_uv() {
        // Made by uv 0.13.9.
        assert_eq!(seahash(Path::new("/home/user/demo/my tool.py")), "ef20fe36e8e21f36");
        assert_eq!(seahash(Path::new("/home/user/demo/x.py")), "b32d244478480971");
    }

    #[test]
    fn names_with_a_hash_are_known() {
        assert!(ends_in_hash("demo-n9OfTXYq") && ends_in_hash("a-b-K33t7_Zs"));
        for other in ["demo", "-n9OfTXYq", "demo-n9Of", "ä-n9OfTX q", "ß9OfTXYq"] {
            assert!(!ends_in_hash(other), "{other}");
        }
    }
}
