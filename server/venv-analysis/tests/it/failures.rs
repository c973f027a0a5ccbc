//! What pip 23.0 to 26.3 and uv 0.13 print when they fail, against servers that refuse, fail or are not there.

use test_support::fixture::Fixture;
use venv_analysis::{NextStep, explain_failure, explain_failure_with_log};

fn explain(output: &str) -> String {
    explain_failure(&output.lines().map(str::to_owned).collect::<Vec<_>>()).message
}

#[test]
fn an_index_that_refuses_says_so() {
    assert_eq!(
        explain(
            r#"
error: No solution found when resolving dependencies
  cause: Because six was not found in the package registry and you require six, we can conclude that your requirements are unsatisfiable.

hint: An index URL (http://127.0.0.1:8802/simple) could not be queried due to a lack of valid authentication credentials (401 Unauthorized)
"#
        ),
        "`127.0.0.1` refused the access (401): check the credentials"
    );
    assert_eq!(
        explain(
            r#"
error: No solution found when resolving dependencies
  cause: Because six was not found in the package registry and you require six, we can conclude that your requirements are unsatisfiable.

hint: An index (http://127.0.0.1:8803/simple) returned a 403 Forbidden error. Check that the index URL is correct and the credentials are valid.
"#
        ),
        "`127.0.0.1` refused the access (403): check the credentials"
    );
    assert_eq!(
        explain(
            r#"
Looking in indexes: http://user:****@127.0.0.1:8802/simple
WARNING: 401 Error, Credentials not correct for http://127.0.0.1:8802/simple/six/
ERROR: Could not find a version that satisfies the requirement six (from versions: none)
ERROR: No matching distribution found for six
"#
        ),
        "`127.0.0.1` refused the access (401): check the credentials"
    );
}

#[test]
fn an_index_that_fails_is_not_the_network() {
    assert_eq!(
        explain(
            r#"
error: Request failed after 1 retry in 1.1s
  cause: Failed to fetch: http://127.0.0.1:8804/simple/six/
  cause: HTTP status server error (500 Internal Server Error) for url (http://127.0.0.1:8804/simple/six/)
"#
        ),
        "`127.0.0.1` answered with an error (500): try again later"
    );
}

#[test]
fn an_index_that_is_not_there() {
    assert_eq!(
        explain(
            r#"
error: Request failed after 1 retry in 1.6s
  cause: Failed to fetch: http://127.0.0.1:9/simple/six/
  cause: error sending request for url (http://127.0.0.1:9/simple/six/)
  cause: client error (Connect)
  cause: tcp connect error
  cause: Connection refused (os error 111)
"#
        ),
        "`127.0.0.1` could not be reached: check the network and the proxy settings"
    );
    assert_eq!(
        explain(
            r#"
Looking in indexes: http://127.0.0.1:9/simple
WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7fe958850e90>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/six/
ERROR: Could not find a version that satisfies the requirement six (from versions: none)
ERROR: No matching distribution found for six
"#
        ),
        "`127.0.0.1` could not be reached: check the network and the proxy settings"
    );
    assert_eq!(
        explain(
            r#"
Looking in indexes: http://127.0.0.1:9/simple
WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError("HTTPConnection(host='127.0.0.1', port=9): Failed to establish a new connection: [Errno 111] Connection refused")': /simple/six/
ERROR: Could not find a version that satisfies the requirement six (from versions: none)
ERROR: No matching distribution found for six
"#
        ),
        "`127.0.0.1` could not be reached: check the network and the proxy settings"
    );
}

#[test]
fn a_version_that_does_not_exist_wins_over_an_index_that_is_not_there() {
    assert_eq!(
        explain(
            r#"
Looking in indexes: http://user:****@127.0.0.1:8801/simple, http://user:****@127.0.0.1:9/simple
WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7f8417454750>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/six/
ERROR: Could not find a version that satisfies the requirement six==99 (from versions: 0.9.0)
ERROR: No matching distribution found for six==99
"#
        ),
        "The package index has no `six==99`: it has only `0.9.0`"
    );
    assert_eq!(
        explain(
            r#"
Looking in indexes: http://user:****@127.0.0.1:8801/simple, http://user:****@127.0.0.1:9/simple
WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError("HTTPConnection(host='127.0.0.1', port=9): Failed to establish a new connection: [Errno 111] Connection refused")': /simple/six/
ERROR: Could not find a version that satisfies the requirement six==99 (from versions: 0.9.0)
ERROR: No matching distribution found for six==99
"#
        ),
        "The package index has no `six==99`: it has only `0.9.0`"
    );
}

#[test]
fn uv_names_the_cause() {
    assert_eq!(
        explain(
            r#"
error: No solution found when resolving dependencies
  cause: Because there is no version of six==99 and you require six==99, we can conclude that your requirements are unsatisfiable.
"#
        ),
        "The package index has no `six==99`: check the version"
    );
    assert_eq!(
        explain(
            r#"
error: No solution found when resolving dependencies
  cause: Because zzzz was not found in the package registry and you require zzzz, we can conclude that your requirements are unsatisfiable.
"#
        ),
        "The package index has no `zzzz`: check the name"
    );
}

#[test]
fn a_build_ends_with_its_own_exception() {
    assert_eq!(
        explain(
            r#"
Looking in indexes: http://127.0.0.1:8801/simple
Collecting bad
  Downloading http://127.0.0.1:8801/f/bad-1.0.tar.gz (353 bytes)
  Getting requirements to build wheel: started
  Getting requirements to build wheel: finished with status 'done'
  Preparing metadata (pyproject.toml): started
  Preparing metadata (pyproject.toml): finished with status 'error'
  error: subprocess-exited-with-error
  
  × Preparing metadata (pyproject.toml) did not run successfully.
  │ exit code: 1
  ╰─> [12 lines of output]
      Traceback (most recent call last):
        File "/t/_in_process.py", line 353, in <module>
          main()
        File "/t/_in_process.py", line 335, in main
          json_out['return_val'] = hook(**hook_input['kwargs'])
                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        File "/t/_in_process.py", line 149, in prepare_metadata_for_build_wheel
          return hook(metadata_directory, config_settings)
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        File "/t/be.py", line 6, in prepare_metadata_for_build_wheel
          raise RuntimeError("needs libfoo")
      RuntimeError: needs libfoo
      [end of output]
  
  note: This error originates from a subprocess, and is likely not a problem with pip.
error: metadata-generation-failed

× Encountered error while generating package metadata.
╰─> See above for output.

note: This is an issue with the package mentioned above, not pip.
hint: See above for details.
"#
        ),
        "Building `bad` failed: RuntimeError: needs libfoo"
    );
    assert_eq!(
        explain(
            r#"
Processing ./bad-1.0.tar.gz
  Getting requirements to build wheel: started
  Getting requirements to build wheel: finished with status 'done'
  Preparing metadata (pyproject.toml): started
  Preparing metadata (pyproject.toml): finished with status 'error'
  error: subprocess-exited-with-error
  
  × Preparing metadata (pyproject.toml) did not run successfully.
  │ exit code: 1
  ╰─> [12 lines of output]
      Traceback (most recent call last):
        File "/t/_in_process.py", line 406, in <module>
          main()
          ~~~~^^
        File "/t/_in_process.py", line 381, in main
          json_out["return_val"] = hook(**hook_input["kwargs"])
                                   ~~~~^^^^^^^^^^^^^^^^^^^^^^^^
        File "/t/_in_process.py", line 181, in prepare_metadata_for_build_wheel
          return hook(metadata_directory, config_settings)
        File "/t/be.py", line 6, in prepare_metadata_for_build_wheel
          raise RuntimeError("needs libfoo")
      RuntimeError: needs libfoo
      [end of output]
  
  note: This error originates from a subprocess, and is likely not a problem with pip.
error: metadata-generation-failed

× Encountered error while generating package metadata.
╰─> from file:///t/bad-1.0.tar.gz

note: This is an issue with the package mentioned above, not pip.
hint: See above for details.
"#
        ),
        "Building a package failed: RuntimeError: needs libfoo"
    );
    assert_eq!(
        explain(
            r#"
Resolved 1 package in 9ms
   Building bad==1.0
error: Failed to build `bad==1.0`
  cause: The build backend returned an error
  cause: Call to `be.build_wheel` failed (exit status: 1)

         [stderr]
         Traceback (most recent call last):
           File "<string>", line 11, in <module>
           File "/t/be.py", line 2, in build_wheel
             raise RuntimeError("needs libfoo")
         RuntimeError: needs libfoo

hint: Build failures usually indicate a problem with the package or the build environment
"#
        ),
        "Building `bad` failed: RuntimeError: needs libfoo"
    );
    assert_eq!(
        explain(
            r#"
Resolved 1 package in 3ms
   Building bad @ file:///t/bad-1.0.tar.gz
error: Failed to build `bad @ file:///t/bad-1.0.tar.gz`
  cause: The build backend returned an error
  cause: Call to `be.build_wheel` failed (exit status: 1)

         [stderr]
         Traceback (most recent call last):
           File "<string>", line 11, in <module>
           File "/t/be.py", line 2, in build_wheel
             raise RuntimeError("needs libfoo")
         RuntimeError: needs libfoo

hint: Build failures usually indicate a problem with the package or the build environment
"#
        ),
        "Building `bad` failed: RuntimeError: needs libfoo"
    );
}

#[test]
fn a_url_of_its_own_names_its_host() {
    assert_eq!(
        explain(
            r#"
Collecting six@ http://user:secret@127.0.0.1:9/six-0.9.0-py3-none-any.whl
  WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7f80f0b17a10>: Failed to establish a new connection: [Errno 111] Connection refused')': /six-0.9.0-py3-none-any.whl
ERROR: Could not install packages due to an OSError: HTTPConnectionPool(host='127.0.0.1', port=9): Max retries exceeded with url: /six-0.9.0-py3-none-any.whl (Caused by NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7f80ef39a4d0>: Failed to establish a new connection: [Errno 111] Connection refused'))
"#
        ),
        "`127.0.0.1` could not be reached: check the network and the proxy settings"
    );
    assert_eq!(
        explain(
            r#"
Collecting six @ http://user:****@127.0.0.1:9/six-0.9.0-py3-none-any.whl
  WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError("HTTPConnection(host='127.0.0.1', port=9): Failed to establish a new connection: [Errno 111] Connection refused")': /six-0.9.0-py3-none-any.whl
error: connection-failed

× Failed to connect to 127.0.0.1 while fetching http://127.0.0.1:9/six-0.9.0-py3-none-any.whl
╰─> [Errno 111] Connection refused

hint: Are you connected to the Internet? If so, check whether your system can connect to 127.0.0.1 before trying again. There may be a firewall or proxy that's preventing the connection.
"#
        ),
        "`127.0.0.1` could not be reached: check the network and the proxy settings"
    );
    assert_eq!(
        explain(
            r#"
error: Failed to download `six @ http://user:****@127.0.0.1:9/six-0.9.0-py3-none-any.whl`
  cause: Request failed after 1 retry in 1.4s
  cause: Failed to fetch: http://127.0.0.1:9/six-0.9.0-py3-none-any.whl
  cause: error sending request for url (http://127.0.0.1:9/six-0.9.0-py3-none-any.whl)
  cause: client error (Connect)
  cause: tcp connect error
  cause: Connection refused (os error 111)
"#
        ),
        "`127.0.0.1` could not be reached: check the network and the proxy settings"
    );
    assert_eq!(
        explain(
            r#"
error: Failed to download `six @ http://nowhere.invalid/six-0.9.0-py3-none-any.whl`
  cause: Request failed after 1 retry in 1.9s
  cause: Failed to fetch: http://nowhere.invalid/six-0.9.0-py3-none-any.whl
  cause: error sending request for url (http://nowhere.invalid/six-0.9.0-py3-none-any.whl)
  cause: client error (Connect)
  cause: dns error
  cause: error resolving DNS
  cause: failed to lookup address information: Name or service not known
"#
        ),
        "`nowhere.invalid` has no known address: check its name, the network and the proxy settings"
    );
    assert_eq!(
        explain(
            r#"
Collecting six@ http://nowhere.invalid/six-0.9.0-py3-none-any.whl
  WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7fa74a1963c0>: Failed to establish a new connection: [Errno -2] Name or service not known')': /six-0.9.0-py3-none-any.whl
ERROR: Could not install packages due to an OSError: HTTPConnectionPool(host='nowhere.invalid', port=80): Max retries exceeded with url: /six-0.9.0-py3-none-any.whl (Caused by NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7fa74a147c50>: Failed to establish a new connection: [Errno -2] Name or service not known'))
"#
        ),
        "`nowhere.invalid` has no known address: check its name, the network and the proxy settings"
    );
    assert_eq!(
        explain(
            r#"
Collecting six@ http://127.0.0.1:8802/six-0.9.0-py3-none-any.whl
  ERROR: HTTP error 401 while getting http://127.0.0.1:8802/six-0.9.0-py3-none-any.whl
ERROR: Could not install requirement six@ http://127.0.0.1:8802/six-0.9.0-py3-none-any.whl from http://127.0.0.1:8802/six-0.9.0-py3-none-any.whl because of HTTP error 401 Client Error: Unauthorized for url: http://127.0.0.1:8802/six-0.9.0-py3-none-any.whl for URL http://127.0.0.1:8802/six-0.9.0-py3-none-any.whl
"#
        ),
        "`127.0.0.1` refused the access (401): check the credentials"
    );
    assert_eq!(
        explain(
            r#"
Collecting six@ http://127.0.0.1:8804/six-0.9.0-py3-none-any.whl
ERROR: Could not install packages due to an OSError: HTTPConnectionPool(host='127.0.0.1', port=8804): Max retries exceeded with url: /six-0.9.0-py3-none-any.whl (Caused by ResponseError('too many 500 error responses'))
"#
        ),
        "`127.0.0.1` answered with an error (500): try again later"
    );
    assert_eq!(
        explain(
            r#"
error: Failed to download `six @ http://127.0.0.1:8804/six-0.9.0-py3-none-any.whl`
  cause: Request failed after 1 retry in 1.1s
  cause: Failed to fetch: http://127.0.0.1:8804/six-0.9.0-py3-none-any.whl
  cause: HTTP status server error (500 Internal Server Error) for url (http://127.0.0.1:8804/six-0.9.0-py3-none-any.whl)
"#
        ),
        "`127.0.0.1` answered with an error (500): try again later"
    );
    assert_eq!(
        explain(
            r#"
Collecting six@ http://127.0.0.1:8801/nothing/six-0.9.0.tgz
  ERROR: HTTP error 404 while getting http://127.0.0.1:8801/nothing/six-0.9.0.tgz
ERROR: Could not install requirement six@ http://127.0.0.1:8801/nothing/six-0.9.0.tgz from http://127.0.0.1:8801/nothing/six-0.9.0.tgz because of HTTP error 404 Client Error: Not Found for url: http://127.0.0.1:8801/nothing/six-0.9.0.tgz for URL http://127.0.0.1:8801/nothing/six-0.9.0.tgz
"#
        ),
        "`http://127.0.0.1:8801/nothing/six-0.9.0.tgz` could not be fetched (404)"
    );
}

#[test]
fn a_derivation_over_several_lines_is_read_to_its_end() {
    assert_eq!(
        explain(
            "error: No solution found when resolving dependencies\n  cause: Because all versions of bb depend on \
             cc>=2 and all versions of aa depend on cc<2, we can conclude that all versions of aa and all versions \
             of bb are incompatible.\n         And because you require aa and bb, we can conclude that your \
             requirements are unsatisfiable."
        ),
        "Nothing fits all that is asked for: `bb` wants `cc>=2` and `aa` wants `cc<2`; loosen one of them"
    );
}

#[test]
fn a_compiler_that_fails_is_named() {
    assert_eq!(
        explain(
            "Collecting bad\n  error: subprocess-exited-with-error\n  \n  × Building wheel did not run.\n  \
             ╰─> [2 lines of output]\n      running build_ext\n      error: command 'gcc' failed: No such file\n      \
             [end of output]\n  \n  note: This error originates from a subprocess.\nhint: See above for details."
        ),
        "Building `bad` failed: `gcc` is missing; install a C compiler (Debian: `apt install build-essential`)"
    );
}

#[test]
fn no_explanation_is_long_or_gives_a_secret_away() {
    let said = explain(&format!("ERROR: Invalid: https://me:secret@example.org/{}", "x".repeat(1000)));
    assert!(said.starts_with("Invalid: https://***@example.org/xxx"), "{said}");
    assert_eq!(said.chars().count(), 300);
    let output = "ERROR: HTTP error 404 while getting https://me:secret@example.org/a.zip";
    assert_eq!(explain(output), "`https://***@example.org/a.zip` could not be fetched (404)");
}

fn in_context(output: &str, fixture: &str) -> venv_analysis::Failure {
    let lines: Vec<String> = output.lines().map(str::to_owned).collect();
    explain_failure(&lines).with_context(&Fixture::parse(fixture).context())
}

#[test]
fn the_pythons_that_would_do_are_named() {
    let output = "ERROR: Package 'new' requires a different Python: 3.10.2 not in '>=3.12'";
    let said = |machine: &str| {
        let rest = "#- env /p/.venv python=3.10.2 levels=0\n#- /p/requirements.txt\nsix\nnew\n";
        in_context(output, &format!("{machine}{rest}")).message
    };
    let start = "`new` (`requirements.txt` line 2) needs Python `>=3.12`, and the environment's is 3.10.2";
    assert_eq!(
        said("#- machine python=3.10 python=3.12 python=3.14 uv\n"),
        format!("{start}: Python 3.14 and 3.12 are on this machine and would do")
    );
    assert_eq!(
        said("#- machine python=3.10 python=3.12 uv\n"),
        format!("{start}: Python 3.12 is on this machine and would do")
    );
    assert_eq!(
        said("#- machine python=3.10 uv\n"),
        format!("{start}: no Python on this machine would do, so install one that does")
    );
}

/// To the installer the other lines of the file are constraints, in a list that nobody else has seen.
#[test]
fn a_conflict_is_between_lines_of_the_files() {
    let output = r#"
ERROR: Cannot install apple>=2 and cherry 1.0 because these package versions have conflicting dependencies.

The conflict is caused by:
    The user requested apple>=2
    cherry 1.0 depends on apple<3,>=1
    The user requested (constraint) apple!=2.5,<3
    The user requested (constraint) apple<2
"#;
    let fixture = "#- env /p/.venv python=3.10.2 levels=0\n#- /p/requirements.txt\n\
        -c bounds.txt\ncherry\napple[x] >= 2 ; python_version > '3'\n\napple (<3, !=2.5)\n\
        #- /p/bounds.txt\n# apple\napple<2\n";
    let failure = in_context(output, fixture);
    assert_eq!(
        failure.message,
        "Nothing fits all that is asked for: `requirements.txt` line 3 asks for `apple>=2`, `cherry 1.0` \
         (`requirements.txt` line 2) wants `apple<3,>=1` and `requirements.txt` line 5 asks for `apple!=2.5,<3` \
         (and 1 more); loosen one of them"
    );
    let step = NextStep::EditRequirement { name: "apple".to_owned() };
    assert_eq!(failure.next.first(), Some(&step));
}

#[test]
fn a_name_is_put_right_with_what_belongs_to_it() {
    let renamed = |text: &str, from: &str, to: &str| {
        let fixture = Fixture::parse(&format!("#- /p/requirements.txt\n{text}"));
        let edits = venv_analysis::renamed(&fixture.context(), from, to);
        let mut text = fixture.context().manifest.text.to_string();
        for (_, edit) in edits.iter().rev() {
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        }
        text
    };
    assert_eq!(renamed("reqeusts>=2 # x\nReqeusts\n", "reqeusts", "requests"), "requests>=2 # x\nrequests\n");
    assert_eq!(renamed("bs4==0.0.1\n", "bs4", "beautifulsoup4"), "beautifulsoup4\n");
    assert_eq!(renamed("six\n", "bs4", "beautifulsoup4"), "six\n");
}

/// What pip 23.2 and 26 print while they write a log, and what they write there.
#[test]
fn why_a_build_failed_stands_in_the_log_alone() {
    let output = r#"
Collecting six
    Getting requirements to build wheel: started
    error: subprocess-exited-with-error
    × Getting requirements to build wheel did not run successfully.
    │ exit code: 1
    ╰─> See above for output.
    note: This error originates from a subprocess, and is likely not a problem with pip.
    Getting requirements to build wheel: finished with status 'error'
error: subprocess-exited-with-error
× Getting requirements to build wheel did not run successfully.
│ exit code: 1
╰─> See above for output.
"#;
    let log = r#"
2026-11-22T10:00:00,100   Running command pip subprocess to install build dependencies
2026-11-22T10:00:01,100   ValueError: this was said before
2026-11-22T10:00:02,100   Getting requirements to build wheel: started
2026-11-22T10:00:02,200   Running command Getting requirements to build wheel
2026-11-22T10:00:02,300   Traceback (most recent call last):
2026-11-22T10:00:02,300     File "<string>", line 8, in <module>
2026-11-22T10:00:02,300   RuntimeError: pg_config is needed
2026-11-22T10:00:02,400   error: subprocess-exited-with-error
2026-11-22T10:00:02,400   × Getting requirements to build wheel did not run successfully.
2026-11-22T10:00:02,500 Exception information:
2026-11-22T10:00:02,500 pip._internal.exceptions.InstallationSubprocessError: it failed
"#;
    let lines: Vec<String> = output.lines().map(str::to_owned).collect();
    let failure = explain_failure_with_log(&lines, log);
    assert_eq!(failure.message, "Building `six` failed: RuntimeError: pg_config is needed");
}
