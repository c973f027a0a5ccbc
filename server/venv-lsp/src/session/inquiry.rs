//! A request about the text of a file: it waits until the analysis of that text is there, and is answered beside the
//! session, from what cannot change any more.
//!
//! One mechanism for all of them. What an answer consists of is in [`crate::answers`]; nothing here knows it.

use std::sync::Arc;

use ls_types::Uri;
use rustc_hash::FxHashMap;
use tower_lsp::jsonrpc;
use venv_analysis::{Context, Facts};

use super::analysis::Analysis;
use super::event::Reply;
use crate::client::Abilities;
use crate::convert::Place;
use crate::reader::FactReader;

/// A request on its way.
pub struct Inquiry {
    pub uri: Uri,
    pub need: Need,
    asked: Box<dyn Asked>,
}

/// Which text an answer must be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The newest: what is answered is only looked at.
    Newest,
    /// The one that the client had when it asked: the answer is laid over that text, and would do harm to another.
    AsAsked,
}

/// What an answer is made from.
pub struct Snapshot {
    pub analysis: Arc<Analysis>,
    pub abilities: Abilities,
    /// Whether processes may be started.
    pub trusted: bool,
    pub reader: Arc<FactReader>,
    /// The texts that the editor holds.
    pub open: Arc<FxHashMap<std::path::PathBuf, Arc<str>>>,
}

/// Makes the answer to a request of these parameters.
pub type Answer<P, T> = fn(&Snapshot, &P) -> jsonrpc::Result<T>;

impl Inquiry {
    /// Whoever asks about a file that venv-lsp does not know gets the default of `T`.
    pub fn new<P, T>(uri: Uri, need: Need, params: P, reply: Reply<T>, answer: Answer<P, T>) -> Self
    where
        P: Send + 'static,
        T: Default + Send + 'static,
    {
        Self { uri, need, asked: Box::new(Question { params, reply, answer }) }
    }

    /// Whether nobody waits for the answer any more.
    pub(super) fn is_cancelled(&self) -> bool {
        self.asked.is_cancelled()
    }

    pub(super) fn answer(self, snapshot: &Snapshot) {
        if !self.is_cancelled() {
            self.asked.answer(snapshot);
        }
    }

    /// A file that is not open, or asks for nothing, has nothing to say.
    pub(super) fn answer_nothing(self) {
        self.asked.answer_nothing();
    }

    pub(super) fn refuse(self, error: jsonrpc::Error) {
        self.asked.refuse(error);
    }
}

impl Snapshot {
    pub fn context(&self) -> Context<'_> {
        self.analysis.context()
    }

    pub fn facts(&self) -> &Facts {
        &self.analysis.facts
    }

    pub fn place(&self) -> Place<'_> {
        self.analysis.place()
    }

    /// In bytes.
    pub fn offset(&self, position: ls_types::Position) -> u32 {
        let place = self.place();
        place.index.offset(place.text, position, place.encoding)
    }

    /// In bytes.
    pub fn span(&self, range: ls_types::Range) -> venv_syntax::Span {
        let place = self.place();
        place.index.span(place.text, range, place.encoding)
    }

    pub fn range(&self, span: venv_syntax::Span) -> ls_types::Range {
        let place = self.place();
        place.index.range(place.text, span, place.encoding)
    }
}

/// An [`Inquiry`] of any request.
trait Asked: Send {
    fn is_cancelled(&self) -> bool;
    fn answer(self: Box<Self>, snapshot: &Snapshot);
    fn answer_nothing(self: Box<Self>);
    fn refuse(self: Box<Self>, error: jsonrpc::Error);
}

struct Question<P, T> {
    params: P,
    reply: Reply<T>,
    answer: Answer<P, T>,
}

impl<P: Send, T: Default + Send> Asked for Question<P, T> {
    fn is_cancelled(&self) -> bool {
        self.reply.is_closed()
    }

    fn answer(self: Box<Self>, snapshot: &Snapshot) {
        let answer = (self.answer)(snapshot, &self.params);
        super::requests::answer(self.reply, answer);
    }

    fn answer_nothing(self: Box<Self>) {
        super::requests::answer(self.reply, Ok(T::default()));
    }

    fn refuse(self: Box<Self>, error: jsonrpc::Error) {
        super::requests::answer(self.reply, Err(error));
    }
}
