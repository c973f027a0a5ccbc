//! What extras need, and the extras of what they need.

use test_support::fixture::Fixture;
use venv_analysis::{Effect, knows_extras, metadata_of_extras, plan};

const FACTS: &str = "#- env /p/.venv python=3.12.1 app==1.0 web==2.0 tls==1.0 old==0.1 loop==1\n\
    #- metadata app==1.0 extra=all extra=net extra=win requires-all=\"app[net,win]\" requires-net=\"web[Secure]>=2\" requires-win=\"winapi; sys_platform == 'win32'\"\n\
    #- metadata web==2.0 extra=secure requires-secure=tls[hsm] requires=\"absent\"\n\
    #- metadata tls==1.0 extra=hsm requires-hsm=\"pkcs11>=1\" requires-hsm=\"old>=0.2\"\n\
    #- metadata loop==1 extra=a extra=b requires-a=loop[b] requires-b=loop[a]\n";

fn findings(lines: &str) -> Vec<String> {
    let mut fixture = Fixture::parse(&format!("{FACTS}#- /p/requirements.txt\n{lines}\n"));
    // What they need without extras is the matter of another rule.
    fixture.facts.inspection = None;
    fixture.findings()
}

#[test]
fn extras_of_extras_are_followed() {
    let lacks = "other versions in `.venv`, or what is missing there: `pkcs11` and `old`";
    assert_eq!(
        findings("app[all]"),
        [format!("1:5..8 warning[requirement-extra-not-installed]: `app[all]` needs {lacks}")]
    );
    assert_eq!(findings("loop[a]"), [""; 0]);
    // What a distribution needs without its extras is another matter.
    assert_eq!(findings("web"), [""; 0]);
}

#[test]
fn what_is_said_is_read_as_far_as_it_is_needed() {
    let fixture = Fixture::parse(&format!("{FACTS}#- /p/requirements.txt\napp[net]\nloop\nnothing[x]\n"));
    let environment = &fixture.context().chosen().expect("there is one").environment;
    let mut read = Vec::new();
    let (metadata, known) = metadata_of_extras([&fixture.manifest], environment, |name| {
        read.push(name.to_owned());
        fixture.facts.metadata.get(name).cloned()
    });
    read.sort_unstable();
    assert_eq!(read, ["app", "tls", "web"]);
    assert_eq!(metadata.len(), 3);
    assert!(knows_extras(&known, &fixture.manifest));
    let other = |text: &str| fixture.manifest.with_text(text.into());
    assert!(knows_extras(&known, &other("loop\nflask\napp[net]==1\n")));
    assert!(!knows_extras(&known, &other("app[all]\n")));
}

#[test]
fn with_hashes_what_an_extra_needs_comes_by_its_own_line() {
    let fixture = Fixture::parse(
        "#- machine python=3.12 uv\n#- env /p/.venv app==1.0\n\
         #- metadata app==1.0 extra=fast requires-fast=idna requires-fast=six\n#- /p/requirements.txt\n\
         app[fast]==1.0 --hash=sha256:aa\nidna==3.10 --hash=sha256:bb\nother==1.0 --hash=sha256:cc\n",
    );
    let effect =
        Effect::Install { environment: "/p/.venv".into(), names: Some(vec!["app".into()]), installer: None };
    let plan = plan(&effect, &fixture.context(), "/scratch".as_ref()).expect("there is a plan");
    let list = plan.files.iter().find(|file| file.path.ends_with("requirements.txt")).expect("a list");
    let lines: Vec<&str> = list.text.lines().collect();
    assert_eq!(lines, ["app[fast]==1.0 --hash=sha256:aa", "idna==3.10 --hash=sha256:bb"]);
    assert_eq!(plan.promises, ["app", "idna"]);
}
