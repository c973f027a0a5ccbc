//! What the server says that it can do: at once, and what is registered later.

use ls_types::{
    CodeActionOptions, CodeActionProviderCapability, CompletionOptions, DiagnosticOptions,
    DiagnosticServerCapabilities, DidChangeWatchedFilesRegistrationOptions, DocumentFilter,
    DocumentLinkOptions, ExecuteCommandOptions, FileSystemWatcher, FoldingRangeProviderCapability,
    GlobPattern, HoverProviderCapability, OneOf, Registration, RenameOptions, SemanticTokensFullOptions,
    SemanticTokensOptions, SemanticTokensRegistrationOptions, SemanticTokensServerCapabilities,
    ServerCapabilities, StaticRegistrationOptions, TextDocumentRegistrationOptions,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};
use serde::Serialize;

use crate::answers;
use crate::client::{Abilities, Registering};
use crate::commands::COMMANDS;

/// The files that are formatted and have semantic tokens, as patterns. In LSP, and in Neovim, a `*` stands for one
/// character or more; in VS Code also for none.
const REQUIREMENTS_FILES: [&str; 6] = [
    "**/requirements.{txt,in}",
    "**/requirements*.{txt,in}",
    "**/*requirements.{txt,in}",
    "**/requirements/*.{txt,in}",
    "**/constraints.txt",
    "**/constraints*.txt",
];

/// What else is watched on the disk: the environments.
const ENVIRONMENTS: [&str; 2] = ["**/{.venv,venv,env}", "**/pyvenv.cfg"];

pub(super) fn capabilities(abilities: Abilities) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(abilities.encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::Supported(true)),
            ..TextDocumentSyncOptions::default()
        })),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(answers::TRIGGERS.map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        inlay_hint_provider: Some(OneOf::Left(true)),
        definition_provider: Some(OneOf::Left(true)),
        document_link_provider: Some(DocumentLinkOptions {
            resolve_provider: None,
            work_done_progress_options: Default::default(),
        }),
        document_symbol_provider: Some(OneOf::Left(true)),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        semantic_tokens_provider: (abilities.semantic_tokens == Registering::AtOnce)
            .then(|| SemanticTokensServerCapabilities::SemanticTokensOptions(semantic_tokens())),
        document_formatting_provider: (abilities.formatting == Registering::AtOnce)
            .then_some(OneOf::Left(true)),
        document_range_formatting_provider: (abilities.range_formatting == Registering::AtOnce)
            .then_some(OneOf::Left(true)),
        rename_provider: Some(if abilities.prepares_renames {
            OneOf::Right(RenameOptions {
                prepare_provider: Some(true),
                work_done_progress_options: Default::default(),
            })
        } else {
            OneOf::Left(true)
        }),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(answers::ACTION_KINDS.to_vec()),
            ..CodeActionOptions::default()
        })),
        diagnostic_provider: abilities.pull.then(|| {
            DiagnosticServerCapabilities::Options(DiagnosticOptions {
                identifier: Some("venv-lsp".to_owned()),
                inter_file_dependencies: true,
                workspace_diagnostics: false,
                ..DiagnosticOptions::default()
            })
        }),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: COMMANDS.iter().map(|command| command.name.to_owned()).collect(),
            ..ExecuteCommandOptions::default()
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            ..WorkspaceServerCapabilities::default()
        }),
        ..ServerCapabilities::default()
    }
}

/// What is asked for once the client is ready.
pub(crate) fn registrations(abilities: Abilities) -> Vec<Registration> {
    let mut registrations = Vec::new();
    let mut register = |name: &str, method: &str, options: serde_json::Result<serde_json::Value>| {
        let id = format!("venv-lsp/{name}");
        registrations.push(Registration { id, method: method.to_owned(), register_options: options.ok() });
    };
    if abilities.watches_files {
        let watcher = |pattern: &str| FileSystemWatcher {
            glob_pattern: GlobPattern::String(pattern.to_owned()),
            kind: None,
        };
        let watchers = REQUIREMENTS_FILES.into_iter().chain(ENVIRONMENTS).map(watcher).collect();
        let options = as_json(DidChangeWatchedFilesRegistrationOptions { watchers });
        register("watched-files", "workspace/didChangeWatchedFiles", options);
    }
    if abilities.formatting == Registering::ForFiles {
        register("formatting", "textDocument/formatting", as_json(requirements_files()));
    }
    if abilities.range_formatting == Registering::ForFiles {
        register("range-formatting", "textDocument/rangeFormatting", as_json(requirements_files()));
    }
    if abilities.semantic_tokens == Registering::ForFiles {
        let options = as_json(SemanticTokensRegistrationOptions {
            text_document_registration_options: requirements_files(),
            semantic_tokens_options: semantic_tokens(),
            static_registration_options: StaticRegistrationOptions::default(),
        });
        register("semantic-tokens", "textDocument/semanticTokens", options);
    }
    registrations
}

fn as_json(options: impl Serialize) -> serde_json::Result<serde_json::Value> {
    serde_json::to_value(options)
}

fn requirements_files() -> TextDocumentRegistrationOptions {
    let filter = |pattern: &str| DocumentFilter {
        language: None,
        scheme: Some("file".to_owned()),
        pattern: Some(pattern.to_owned()),
    };
    TextDocumentRegistrationOptions { document_selector: Some(REQUIREMENTS_FILES.map(filter).to_vec()) }
}

fn semantic_tokens() -> SemanticTokensOptions {
    SemanticTokensOptions {
        legend: answers::legend(),
        range: Some(true),
        full: Some(SemanticTokensFullOptions::Bool(true)),
        ..SemanticTokensOptions::default()
    }
}
