//! What provides a program, a header or a library that a build needs: general facts, of which Debian's names are
//! the example that most people can use.

use super::kind::BuildCause;

/// What to do about a build that failed so: "install a C compiler (Debian: `apt install build-essential`)".
pub(super) fn advice(cause: &BuildCause) -> Option<String> {
    match cause {
        BuildCause::MissingProgram(name) => Some(program(name)),
        BuildCause::MissingHeader(name) => Some(header(name)),
        BuildCause::MissingLibrary(name) => {
            let known = LIBRARIES.iter().find(|(library, _)| library == name);
            Some(known.map_or_else(
                || format!("install the library `{name}` with its development files"),
                |(_, package)| debian(&format!("install the library `{name}`"), package),
            ))
        }
        BuildCause::MissingModule(_)
        | BuildCause::Requirement(_)
        | BuildCause::Python2
        | BuildCause::Pyproject
        | BuildCause::Signal(_)
        | BuildCause::Exception(_)
        | BuildCause::Said(_)
        | BuildCause::Unknown => None,
    }
}

fn program(name: &str) -> String {
    let plain = name.rsplit_once("-linux-gnu-").map_or(name, |(_, tool)| tool);
    let is = |tool: &str| plain == tool || plain.strip_prefix(tool).is_some_and(|rest| rest.starts_with('-'));
    if is("cl") {
        return "install Microsoft's C++ Build Tools".to_owned();
    }
    if ["gcc", "cc", "clang", "c99"].into_iter().any(is) {
        return debian("install a C compiler", "build-essential");
    }
    if ["g++", "c++", "clang++"].into_iter().any(is) {
        return debian("install a C++ compiler", "build-essential");
    }
    if ["cargo", "rustc", "rustup"].into_iter().any(is) {
        return debian("install Rust", "cargo");
    }
    let known = PROGRAMS.iter().find(|(program, _)| *program == plain);
    known.map_or_else(
        || "install what provides it".to_owned(),
        |(_, package)| debian("install what provides it", package),
    )
}

fn header(name: &str) -> String {
    if name == "Python.h" {
        return debian("install Python's development files", "python3-dev");
    }
    let is_known = |known: &str| {
        name == known || known.strip_suffix('/').is_some_and(|folder| name.split('/').next() == Some(folder))
    };
    let known = HEADERS.iter().find(|(header, _)| is_known(header));
    known.map_or_else(
        || "install the library that has it, with its development files".to_owned(),
        |(_, package)| debian("install the library that has it", package),
    )
}

fn debian(what: &str, package: &str) -> String {
    format!("{what} (Debian: `apt install {package}`)")
}

const PROGRAMS: &[(&str, &str)] = &[
    ("bison", "bison"),
    ("cmake", "cmake"),
    ("curl-config", "libcurl4-openssl-dev"),
    ("flex", "flex"),
    ("gdal-config", "gdal-bin libgdal-dev"),
    ("gfortran", "gfortran"),
    ("git", "git"),
    ("go", "golang"),
    ("krb5-config", "libkrb5-dev"),
    ("llvm-config", "llvm-dev"),
    ("make", "make"),
    ("mariadb_config", "libmariadb-dev"),
    ("mysql_config", "default-libmysqlclient-dev"),
    ("nasm", "nasm"),
    ("nc-config", "libnetcdf-dev"),
    ("ninja", "ninja-build"),
    ("patchelf", "patchelf"),
    ("pg_config", "libpq-dev"),
    ("pkg-config", "pkg-config"),
    ("pkgconf", "pkgconf"),
    ("protoc", "protobuf-compiler"),
    ("sdl2-config", "libsdl2-dev"),
    ("swig", "swig"),
    ("xml2-config", "libxml2-dev"),
    ("xslt-config", "libxslt1-dev"),
];

/// A name that ends with `/` stands for every header in that folder.
const HEADERS: &[(&str, &str)] = &[
    ("X11/", "libx11-dev"),
    ("alsa/", "libasound2-dev"),
    ("bzlib.h", "libbz2-dev"),
    ("cairo.h", "libcairo2-dev"),
    ("curl/", "libcurl4-openssl-dev"),
    ("dbus/", "libdbus-1-dev"),
    ("ffi.h", "libffi-dev"),
    ("fftw3.h", "libfftw3-dev"),
    ("ft2build.h", "libfreetype-dev"),
    ("geos_c.h", "libgeos-dev"),
    ("gmp.h", "libgmp-dev"),
    ("gssapi/", "libkrb5-dev"),
    ("hdf5.h", "libhdf5-dev"),
    ("jpeglib.h", "libjpeg-dev"),
    ("krb5.h", "libkrb5-dev"),
    ("lber.h", "libldap2-dev"),
    ("ldap.h", "libldap2-dev"),
    ("leveldb/", "libleveldb-dev"),
    ("libpq-fe.h", "libpq-dev"),
    ("librdkafka/", "librdkafka-dev"),
    ("libxml/", "libxml2-dev"),
    ("libxslt/", "libxslt1-dev"),
    ("lzma.h", "liblzma-dev"),
    ("magic.h", "libmagic-dev"),
    ("mpfr.h", "libmpfr-dev"),
    ("mysql.h", "default-libmysqlclient-dev"),
    ("mysql/", "default-libmysqlclient-dev"),
    ("openssl/", "libssl-dev"),
    ("pcap.h", "libpcap-dev"),
    ("png.h", "libpng-dev"),
    ("portaudio.h", "portaudio19-dev"),
    ("proj.h", "libproj-dev"),
    ("sasl/", "libsasl2-dev"),
    ("snappy-c.h", "libsnappy-dev"),
    ("sndfile.h", "libsndfile1-dev"),
    ("sql.h", "unixodbc-dev"),
    ("sqlite3.h", "libsqlite3-dev"),
    ("systemd/", "libsystemd-dev"),
    ("xmlsec/", "libxmlsec1-dev"),
    ("yaml.h", "libyaml-dev"),
    ("zlib.h", "zlib1g-dev"),
    ("zmq.h", "libzmq3-dev"),
];

const LIBRARIES: &[(&str, &str)] = &[
    ("bz2", "libbz2-dev"),
    ("crypto", "libssl-dev"),
    ("ffi", "libffi-dev"),
    ("lber", "libldap2-dev"),
    ("ldap", "libldap2-dev"),
    ("lzma", "liblzma-dev"),
    ("mysqlclient", "default-libmysqlclient-dev"),
    ("pq", "libpq-dev"),
    ("sqlite3", "libsqlite3-dev"),
    ("ssl", "libssl-dev"),
    ("xml2", "libxml2-dev"),
    ("xslt", "libxslt1-dev"),
    ("z", "zlib1g-dev"),
];
