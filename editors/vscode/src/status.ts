/** The environment of the active file, in VS Code's language status, and what else was considered for it. */

import * as vscode from "vscode";
import { DOCUMENT_SELECTOR } from "./documents";
import { detail, type Environment, plain, shortName, title } from "./environment_text";
import { EnvironmentChanged, EnvironmentRequest, SELECT_ENVIRONMENT } from "./protocol";
import type { Server } from "./server";

/** The command that the status item runs. */
export const SHOW_ENVIRONMENT = "venv-lsp.showEnvironment";

/** Another environment was chosen, which concerns files of which the server does not say so by itself. */
const chosen = new vscode.EventEmitter<void>();

/** Keeps the status item true until disposed. */
export function showStatus(server: Server): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem("venv-lsp.environment", DOCUMENT_SELECTOR);
  item.name = "venv-lsp";
  item.command = { title: "Show", command: SHOW_ENVIRONMENT };

  const show = (environment: Environment | null) => {
    item.busy = false;
    item.text = title(environment);
    item.detail = detail(environment);
    const healthy = environment !== null && environment.health.length === 0;
    item.severity = healthy ? vscode.LanguageStatusSeverity.Information : vscode.LanguageStatusSeverity.Warning;
  };
  const ask = async (document: vscode.TextDocument | undefined) => {
    const client = server.client;
    if (!client?.isRunning() || !isOurs(document)) {
      return;
    }
    item.busy = true;
    try {
      const answer = await client.sendRequest(EnvironmentRequest, { uri: uriOf(document) });
      if (isActive(uriOf(document))) {
        show(answer.environment);
      }
    } catch {
      // A server that ends or restarts; its successor is asked again.
      item.busy = false;
    }
  };

  return vscode.Disposable.from(
    item,
    vscode.window.onDidChangeActiveTextEditor((editor) => ask(editor?.document)),
    chosen.event(() => ask(vscode.window.activeTextEditor?.document)),
    server.onWillStart((client) => {
      client.onNotification(EnvironmentChanged, ({ uri, environment }) => {
        if (isActive(uri)) {
          show(environment);
        }
      });
      client.onDidChangeState(() => ask(vscode.window.activeTextEditor?.document));
    }),
  );
}

/** Lists what was considered for the active file, with reasons; a pick becomes the file's environment. */
export async function showEnvironment(server: Server): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (!isOurs(document)) {
    void vscode.window.showInformationMessage("Open a Python file, or one that asks for packages, to see its environment");
    return;
  }
  const client = server.client;
  if (!client?.isRunning()) {
    void vscode.window.showWarningMessage("The server does not run; `venv-lsp: Restart Server` starts it");
    return;
  }
  const uri = uriOf(document);
  const answer = await client.sendRequest(EnvironmentRequest, { uri });
  const candidates = answer.candidates.map((candidate) => ({
    label: `${candidate.chosen ? "$(check)" : "$(blank)"} ${shortName(candidate.path)}`,
    description: candidate.path,
    detail: plain(candidate.reason),
    environment: candidate.path as string | null,
    chosen: candidate.chosen,
  }));
  const byFolder = {
    label: "$(blank) Let venv-lsp decide",
    description: "",
    detail: "The environment that serves the file's folder; forgets a choice made here",
    environment: null,
    chosen: false,
  };
  const picked = await vscode.window.showQuickPick([...candidates, byFolder], {
    title: `${shortName(document.uri.path)}: ${title(answer.environment)}`,
    placeHolder: candidates.length ? "Environments that were considered" : "No environment was found",
  });
  if (picked && !picked.chosen) {
    await vscode.commands.executeCommand(SELECT_ENVIRONMENT, { uri, environment: picked.environment });
    chosen.fire();
  }
}

function isOurs(document: vscode.TextDocument | undefined): document is vscode.TextDocument {
  return document !== undefined && vscode.languages.match(DOCUMENT_SELECTOR, document) > 0;
}

function isActive(uri: string): boolean {
  const active = vscode.window.activeTextEditor?.document;
  return active !== undefined && vscode.Uri.parse(uri).toString() === active.uri.toString();
}

function uriOf(document: vscode.TextDocument): string {
  return document.uri.toString();
}
