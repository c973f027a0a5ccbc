/** The environment of the active file, in VS Code's language status, and what else was considered for it. */

import * as vscode from "vscode";
import { type CodeAction, CodeActionRequest } from "vscode-languageclient/node";
import { DOCUMENT_SELECTOR } from "./documents";
import { detail, type Environment, plain, shortName, title } from "./environment_text";
import {
  CREATE_ENVIRONMENT,
  EnvironmentRequest,
  REPAIR_ENVIRONMENT,
  SELECT_ENVIRONMENT,
} from "./protocol";
import type { Server } from "./server";

/** The command that the status item runs. */
export const SHOW_ENVIRONMENT = "venv-lsp.showEnvironment";

/** Another environment was chosen, which concerns files of which the server does not say so by itself. */
const chosen = new vscode.EventEmitter<void>();
export const onDidChooseEnvironment = chosen.event;

/** Keeps the status item true until disposed. */
export function showStatus(server: Server): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem("venv-lsp.environment", DOCUMENT_SELECTOR);
  item.name = "venv-lsp";
  item.command = { title: "Show", command: SHOW_ENVIRONMENT };

  const show = (environment: Environment | null) => {
    item.busy = false;
    item.text = title(environment);
    item.detail = detail(environment);
    item.severity = severity(environment);
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
    server.onDidChangeEnvironment(({ uri, environment }) => {
      if (isActive(uri)) {
        show(environment);
      }
    }),
    server.onWillStart((client) => {
      client.onDidChangeState(() => ask(vscode.window.activeTextEditor?.document));
    }),
  );
}

/** A row of the list, and what it does. */
interface Row extends vscode.QuickPickItem {
  run?: () => unknown;
}

/** Lists what can be done about the active file's environment: use another one, create one, repair it, see the log. */
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
  const [answer, actions] = await Promise.all([
    client.sendRequest(EnvironmentRequest, { uri, all: true }),
    environmentActions(server, document),
  ]);
  const choose = (environment: string | null) => async () => {
    await vscode.commands.executeCommand(SELECT_ENVIRONMENT, { uri, environment });
    chosen.fire();
  };
  const considered = answer.candidates.map((candidate): Row => ({
    label: `${candidate.chosen ? "$(check)" : "$(blank)"} ${shortName(candidate.path)}`,
    description: candidate.path,
    detail: plain(candidate.reason),
    ...(candidate.chosen ? {} : { run: choose(candidate.path) }),
  }));
  const known = new Set(answer.candidates.map((candidate) => candidate.path));
  const others = (answer.environments ?? []).filter((other) => !known.has(other.path) && !other.broken);
  const rows: Row[] = [
    ...section("To do", actions.map((action) => ({ label: `$(lightbulb) ${plain(action.title)}`, run: run(action) }))),
    ...section("Considered for this file", considered),
    ...section("Others", others.map((other) => ({
      label: `$(blank) ${shortName(other.path)}`,
      description: other.path,
      detail: `${other.kind}, Python ${other.python.version ?? "of unknown version"}`,
      run: choose(other.path),
    }))),
    ...section("More", [
      {
        label: "$(blank) Let venv-lsp decide",
        detail: "The environment that serves the file's folder; forgets a choice made here",
        run: choose(null),
      },
      { label: "$(output) Open the log", run: () => server.showLog() },
    ]),
  ];
  const picked = await vscode.window.showQuickPick(rows, {
    title: `${shortName(document.uri.path)}: ${title(answer.environment)}`,
    // VS Code lays a longer one over the rows.
    placeHolder: answer.environment ? plain(answer.environment.reason) : "No environment was found",
    matchOnDescription: true,
  });
  await picked?.run?.();
}

/** What the server offers to do about the environment itself. */
async function environmentActions(server: Server, document: vscode.TextDocument): Promise<CodeAction[]> {
  const client = server.client;
  if (!client) {
    return [];
  }
  const whole = client.code2ProtocolConverter.asRange(new vscode.Range(0, 0, document.lineCount, 0));
  const offered = await client.sendRequest(CodeActionRequest.type, {
    textDocument: { uri: uriOf(document) },
    range: whole,
    context: { diagnostics: [], only: [vscode.CodeActionKind.QuickFix.value] },
  });
  const ours = (action: CodeAction) => [CREATE_ENVIRONMENT, REPAIR_ENVIRONMENT].includes(action.command?.command ?? "");
  return (offered ?? []).filter((offer): offer is CodeAction => typeof offer.command !== "string" && ours(offer as CodeAction));
}

function run({ command }: CodeAction): () => unknown {
  return () => command && vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
}

/** The rows under a heading; no heading without rows. */
function section(label: string, rows: Row[]): Row[] {
  return rows.length ? [{ label, kind: vscode.QuickPickItemKind.Separator }, ...rows] : [];
}

function severity(environment: Environment | null): vscode.LanguageStatusSeverity {
  if (environment?.broken) {
    return vscode.LanguageStatusSeverity.Error;
  }
  const healthy = environment !== null && environment.health.length === 0;
  return healthy ? vscode.LanguageStatusSeverity.Information : vscode.LanguageStatusSeverity.Warning;
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
