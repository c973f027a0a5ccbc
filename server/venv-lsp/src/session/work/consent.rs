//! Questions before anything is begun: is this what is wanted?

use ls_types::MessageType;
use tokio::sync::oneshot;
use venv_analysis::{Plan, environment_name, plain};

use super::Work;
use crate::client::Outgoing;

impl Work {
    /// Asks whether what `plan` uninstalls may go.
    pub(super) async fn confirm(&mut self, plan: &Plan) -> Result<(), String> {
        const YES: &str = "Uninstall";
        let names: Vec<String> = plan.uninstalls.iter().map(|name| format!("`{}`", plain(name))).collect();
        let place = environment_name(&plan.environment);
        let question = format!("Uninstall from {place} what no file asks for: {}?", names.join(", "));
        if self.ask(question, YES).await { Ok(()) } else { Err("Nothing was uninstalled".to_owned()) }
    }

    /// Whether the user says `yes`.
    pub(super) async fn ask(&mut self, question: String, yes: &str) -> bool {
        let (reply, answer) = oneshot::channel();
        self.outbox.send(Outgoing::Ask {
            kind: MessageType::WARNING,
            question,
            choices: vec![yes.to_owned(), "Cancel".to_owned()],
            reply,
        });
        let answer = tokio::select! {
            answer = answer => answer.ok().flatten(),
            // The one who began it has given up, or is gone.
            _ = self.cancel.changed() => None,
        };
        self.declined = answer.as_deref() != Some(yes);
        self.asked = !self.declined;
        self.asked
    }

    /// From where `plan` installs, of which the user has not been told.
    pub(super) fn untold(&self, plan: &Plan) -> Vec<String> {
        let Some(told) = &self.from else { return Vec::new() };
        plan.sources.iter().filter(|source| !told.contains(source)).cloned().collect()
    }

    /// Asks whether to install from there all the same; without a client that can ask, the answer is no.
    pub(super) async fn tell_sources(&mut self, plan: &Plan) -> Result<(), String> {
        const YES: &str = "Install";
        let refusal = self.refusal(plan);
        if !self.abilities.asks {
            return Err(refusal);
        }
        if !self.ask(format!("{refusal}. Install all the same?"), YES).await {
            return Err("Nothing was installed".to_owned());
        }
        self.from = Some(plan.sources.clone());
        Ok(())
    }

    /// "What `requirements.txt` installs comes from `a.example` by now, which was not said before"
    pub(super) fn refusal(&self, plan: &Plan) -> String {
        let sources: Vec<String> =
            self.untold(plan).iter().map(|source| format!("`{}`", plain(source))).collect();
        let file =
            self.manifest.path.file_name().map_or_else(String::new, |name| plain(&name.to_string_lossy()));
        format!("What `{file}` installs comes from {} by now, which was not said before", sources.join(", "))
    }
}
