//! For which machine a program was made, from its first bytes: ELF, Mach-O and PE.

use std::path::Path;

use crate::system::{Platform, System};

/// The header of a PE file may lie a little way in.
const HEAD: usize = 1024;

/// What a program runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) system: Kind,
    /// `None` where there are several, or one that is not known here.
    pub(super) machine: Option<&'static str>,
}

/// The systems that understand a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Elf,
    MachO,
    Pe,
}

/// `None` where the file is none of the three, or cannot be read.
pub(super) fn target_of(system: &dyn System, program: &Path) -> Option<Target> {
    parse(&system.read_head(program, HEAD).ok()?)
}

/// Whether programs of this format and machine run on `platform`. Where that cannot be told, they do.
pub(super) fn runs_on(target: Target, platform: &Platform) -> bool {
    let own = match &*platform.sys_platform {
        "linux" => Kind::Elf,
        "darwin" => Kind::MachO,
        "win32" => Kind::Pe,
        _ => return true,
    };
    if target.system != own {
        return false;
    }
    let Some(machine) = target.machine else { return true };
    // What the kernel or the system can run besides its own.
    let able: &[&str] = match (own, &*platform.machine.to_ascii_lowercase()) {
        (Kind::Elf | Kind::Pe, "x86_64" | "amd64") => &["x86_64", "x86"],
        (Kind::Elf, "aarch64" | "arm64") => &["arm64", "arm"],
        (Kind::MachO, "arm64") => &["arm64", "x86_64"],
        (Kind::MachO, "x86_64") => &["x86_64", "x86"],
        (Kind::Pe, "arm64") => &["arm64", "arm", "x86_64", "x86"],
        (_, "i386" | "i586" | "i686" | "x86") => &["x86"],
        (_, "armv6l" | "armv7l" | "armv8l") => &["arm"],
        (_, "riscv64") => &["riscv"],
        (_, "ppc64" | "ppc64le") => &["ppc64"],
        (_, "s390x") => &["s390x"],
        _ => return true,
    };
    able.contains(&machine)
}

fn parse(head: &[u8]) -> Option<Target> {
    let known = |system, machine| Some(Target { system, machine });
    match head {
        [0x7f, b'E', b'L', b'F', _, order, ..] => {
            let machine = bytes(head, 18)?;
            let number = if *order == 2 { u16::from_be_bytes(machine) } else { u16::from_le_bytes(machine) };
            known(
                Kind::Elf,
                match number {
                    3 => Some("x86"),
                    21 => Some("ppc64"),
                    22 => Some("s390x"),
                    40 => Some("arm"),
                    62 => Some("x86_64"),
                    183 => Some("arm64"),
                    243 => Some("riscv"),
                    _ => None,
                },
            )
        }
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] => {
            let machine = u32::from_le_bytes(bytes(head, 4)?);
            known(
                Kind::MachO,
                match machine {
                    7 => Some("x86"),
                    0x0100_0007 => Some("x86_64"),
                    0x0100_000c => Some("arm64"),
                    _ => None,
                },
            )
        }
        // Several in one. Java's classes begin like this too, but are no programs.
        [0xca, 0xfe, 0xba, 0xbe | 0xbf, ..] => known(Kind::MachO, None),
        [b'M', b'Z', ..] => {
            let at = usize::try_from(u32::from_le_bytes(bytes(head, 0x3c)?)).ok()?;
            if head.get(at..at.checked_add(4)?) != Some(b"PE\0\0") {
                return known(Kind::Pe, None);
            }
            known(
                Kind::Pe,
                match u16::from_le_bytes(bytes(head, at + 4)?) {
                    0x014c => Some("x86"),
                    0x01c4 => Some("arm"),
                    0x8664 => Some("x86_64"),
                    0xaa64 => Some("arm64"),
                    _ => None,
                },
            )
        }
        _ => None,
    }
}

fn bytes<const N: usize>(head: &[u8], at: usize) -> Option<[u8; N]> {
    head.get(at..at.checked_add(N)?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(head: &[u8]) -> Option<(Kind, Option<&'static str>)> {
        parse(head).map(|target| (target.system, target.machine))
    }

    fn elf(order: u8, machine: [u8; 2]) -> Vec<u8> {
        let mut head = vec![0x7f, b'E', b'L', b'F', 2, order, 1, 0];
        head.resize(18, 0);
        head.extend(machine);
        head
    }

    #[test]
    fn headers_tell_the_machine() {
        assert_eq!(target(&elf(1, [62, 0])), Some((Kind::Elf, Some("x86_64"))));
        assert_eq!(target(&elf(1, [183, 0])), Some((Kind::Elf, Some("arm64"))));
        assert_eq!(target(&elf(2, [0, 22])), Some((Kind::Elf, Some("s390x"))));
        assert_eq!(target(&elf(1, [1, 1])), Some((Kind::Elf, None)));
        assert_eq!(target(b"\x7fELF"), None);
        assert_eq!(target(b"\xcf\xfa\xed\xfe\x0c\0\0\x01"), Some((Kind::MachO, Some("arm64"))));
        assert_eq!(target(b"\xcf\xfa\xed\xfe\x07\0\0\x01"), Some((Kind::MachO, Some("x86_64"))));
        assert_eq!(target(b"\xca\xfe\xba\xbe\0\0\0\x02"), Some((Kind::MachO, None)));
        let mut pe = b"MZ".to_vec();
        pe.resize(0x3c, 0);
        pe.extend([0x80, 0, 0, 0]);
        pe.resize(0x80, 0);
        pe.extend(b"PE\0\0\x64\xaa");
        assert_eq!(target(&pe), Some((Kind::Pe, Some("arm64"))));
        pe[0x3c..0x40].fill(0xff);
        assert_eq!(target(&pe), Some((Kind::Pe, None)));
        assert_eq!(target(b"#!/bin/sh\n"), None);
    }

    #[test]
    fn systems_run_more_than_their_own_kind() {
        let runs = |sys_platform: &str, machine: &str, system, program| {
            let platform = Platform {
                os_name: String::new(),
                sys_platform: sys_platform.to_owned(),
                machine: machine.to_owned(),
                system: String::new(),
                release: None,
                version: None,
            };
            runs_on(Target { system, machine: program }, &platform)
        };
        for (sys_platform, machine, system, program, expected) in [
            ("linux", "x86_64", Kind::Elf, Some("x86_64"), true),
            ("linux", "x86_64", Kind::Elf, Some("x86"), true),
            ("linux", "x86_64", Kind::Elf, Some("arm64"), false),
            ("linux", "aarch64", Kind::Elf, Some("x86_64"), false),
            ("linux", "aarch64", Kind::Elf, Some("arm"), true),
            ("linux", "i686", Kind::Elf, Some("x86_64"), false),
            ("linux", "mips", Kind::Elf, Some("x86_64"), true),
            ("linux", "x86_64", Kind::Elf, None, true),
            ("linux", "x86_64", Kind::MachO, None, false),
            ("darwin", "arm64", Kind::MachO, Some("x86_64"), true),
            ("darwin", "x86_64", Kind::MachO, Some("arm64"), false),
            ("darwin", "arm64", Kind::Elf, Some("arm64"), false),
            ("win32", "AMD64", Kind::Pe, Some("arm64"), false),
            ("win32", "ARM64", Kind::Pe, Some("x86_64"), true),
            ("freebsd14", "amd64", Kind::Elf, Some("arm64"), true),
        ] {
            assert_eq!(
                runs(sys_platform, machine, system, program),
                expected,
                "{sys_platform} {machine} {program:?}"
            );
        }
    }
}
