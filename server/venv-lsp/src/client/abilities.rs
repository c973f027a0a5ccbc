//! What a client says of itself when it begins.

use ls_types::{ClientCapabilities, MarkupKind};

use crate::positions::Encoding;

/// What the client said that it can do, as far as it matters here.
#[derive(Clone, Copy, Debug, Default)]
pub struct Abilities {
    pub encoding: Encoding,
    /// It asks for diagnostics, and can be told to ask again. One that cannot be told is told the diagnostics.
    pub pull: bool,
    pub progress: bool,
    pub versioned_edits: bool,
    /// It can be asked for its settings.
    pub configuration: bool,
    /// It watches files when asked to.
    pub watches_files: bool,
    /// It shows questions, and gives back which answer was chosen.
    pub asks: bool,
    /// It changes texts when asked to.
    pub applies_edits: bool,
    /// It shows a place in a file when asked to.
    pub shows_documents: bool,
    /// It says when a file is saved.
    pub tells_saves: bool,
    /// It asks for inlay hints again when told to.
    pub refreshes_hints: bool,
    /// It shows Markdown in a hover.
    pub markdown_hovers: bool,
    /// It shows Markdown beside a completion.
    pub markdown_completions: bool,
    /// It takes the place that a definition is asked from along with the definition.
    pub definition_links: bool,
    pub link_tooltips: bool,
    /// It takes the outline as a tree.
    pub symbol_trees: bool,
    /// The most folding ranges that it takes.
    pub folding_limit: Option<u32>,
    /// It asks whether something can be renamed before it asks for the name.
    pub prepares_renames: bool,
    pub formatting: Registering,
    pub range_formatting: Registering,
    pub semantic_tokens: Registering,
}

/// How a client takes a feature that is for requirements files alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Registering {
    /// Not at all.
    #[default]
    Never,
    /// Once for every file that it has a server for; the other files then have an empty answer.
    AtOnce,
    /// Later, and for certain files only. So no other program's place as the formatter of a Python file is contested.
    ForFiles,
}

impl Abilities {
    pub fn read(capabilities: &ClientCapabilities) -> Self {
        let workspace = capabilities.workspace.as_ref();
        let document = capabilities.text_document.as_ref();
        let hover = document.and_then(|document| document.hover.as_ref());
        let completion = document
            .and_then(|document| document.completion.as_ref())
            .and_then(|completion| completion.completion_item.as_ref());
        let tokens = document.and_then(|document| document.semantic_tokens.as_ref());
        let has_markdown = |kinds: Option<&Vec<MarkupKind>>| {
            kinds.is_some_and(|kinds| kinds.contains(&MarkupKind::Markdown))
        };
        let can_be_told = workspace
            .and_then(|workspace| workspace.diagnostics.as_ref())
            .and_then(|diagnostics| diagnostics.refresh_support);
        Self {
            encoding: Encoding::negotiate(capabilities),
            pull: document.is_some_and(|document| document.diagnostic.is_some()) && can_be_told == Some(true),
            progress: capabilities.window.as_ref().and_then(|window| window.work_done_progress) == Some(true),
            versioned_edits: workspace
                .and_then(|workspace| workspace.workspace_edit.as_ref())
                .and_then(|edit| edit.document_changes)
                == Some(true),
            configuration: workspace.and_then(|workspace| workspace.configuration) == Some(true),
            watches_files: workspace
                .and_then(|workspace| workspace.did_change_watched_files)
                .and_then(|watching| watching.dynamic_registration)
                == Some(true),
            asks: capabilities
                .window
                .as_ref()
                .and_then(|window| window.show_message.as_ref())
                .is_some_and(|messages| messages.message_action_item.is_some()),
            applies_edits: workspace.and_then(|workspace| workspace.apply_edit) == Some(true),
            shows_documents: capabilities
                .window
                .as_ref()
                .and_then(|window| window.show_document.as_ref())
                .is_some_and(|show| show.support),
            tells_saves: document
                .and_then(|document| document.synchronization.as_ref())
                .and_then(|synchronization| synchronization.did_save)
                == Some(true),
            refreshes_hints: workspace
                .and_then(|workspace| workspace.inlay_hint.as_ref())
                .and_then(|hints| hints.refresh_support)
                == Some(true),
            markdown_hovers: has_markdown(hover.and_then(|hover| hover.content_format.as_ref())),
            markdown_completions: has_markdown(
                completion.and_then(|item| item.documentation_format.as_ref()),
            ),
            definition_links: document
                .and_then(|document| document.definition.as_ref())
                .and_then(|definition| definition.link_support)
                == Some(true),
            link_tooltips: document
                .and_then(|document| document.document_link.as_ref())
                .and_then(|link| link.tooltip_support)
                == Some(true),
            symbol_trees: document
                .and_then(|document| document.document_symbol.as_ref())
                .and_then(|symbol| symbol.hierarchical_document_symbol_support)
                == Some(true),
            folding_limit: document
                .and_then(|document| document.folding_range.as_ref())
                .and_then(|folding| folding.range_limit),
            prepares_renames: document
                .and_then(|document| document.rename.as_ref())
                .and_then(|rename| rename.prepare_support)
                == Some(true),
            // About formatting a client has nothing to say but this.
            formatting: Registering::read(
                document
                    .and_then(|document| document.formatting.as_ref())
                    .and_then(|formatting| formatting.dynamic_registration),
            ),
            range_formatting: Registering::read(
                document
                    .and_then(|document| document.range_formatting.as_ref())
                    .and_then(|formatting| formatting.dynamic_registration),
            ),
            semantic_tokens: tokens
                .map_or(Registering::Never, |tokens| Registering::read(tokens.dynamic_registration)),
        }
    }
}

impl Registering {
    /// `dynamic` is what the client says about registration.
    fn read(dynamic: Option<bool>) -> Self {
        if dynamic == Some(true) { Self::ForFiles } else { Self::AtOnce }
    }
}
