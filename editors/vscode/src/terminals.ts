/**
 * New terminals run in the environment of the file that was last worked in, each workspace folder in its own.
 *
 * Microsoft's Python extensions do this too, with the environment that was chosen there; where one of them is, it is
 * left to them.
 */

import * as path from "node:path";
import * as vscode from "vscode";
import { DOCUMENT_SELECTOR } from "./documents";
import { type Environment, shortName } from "./environment_text";
import { EnvironmentRequest } from "./protocol";
import type { Server } from "./server";
import { SECTION } from "./settings";
import { mutations } from "./terminal_variables";

/** The setting that turns it off. */
export const ACTIVATE_TERMINALS = "terminal.activateEnvironment";

const OTHERS = ["ms-python.python", "ms-python.vscode-python-envs"];

/** Keeps the variables of new terminals true until disposed. */
export function activateTerminals(
  server: Server,
  collection: vscode.GlobalEnvironmentVariableCollection,
  onDidChoose: vscode.Event<void>,
): vscode.Disposable {
  // What a folder had in an earlier session may be gone.
  collection.persistent = false;
  const terminals = new Terminals(server, collection);
  const refresh = () => terminals.refresh();
  return vscode.Disposable.from(
    terminals,
    vscode.window.onDidChangeActiveTextEditor((editor) => terminals.follow(editor?.document)),
    vscode.workspace.onDidChangeWorkspaceFolders(refresh),
    vscode.workspace.onDidGrantWorkspaceTrust(refresh),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${SECTION}.${ACTIVATE_TERMINALS}`)) {
        refresh();
      }
    }),
    vscode.extensions.onDidChange(refresh),
    onDidChoose(refresh),
    server.onDidChangeEnvironment(refresh),
    server.onWillStart((client) => {
      client.onDidChangeState(refresh);
    }),
  );
}

class Terminals implements vscode.Disposable {
  /** The file that a workspace folder's terminals follow, by the folder's URI. */
  private readonly followed = new Map<string, vscode.Uri>();
  /** What is in force, by the folder's URI. */
  private readonly applied = new Map<string, string>();
  private round = 0;

  constructor(
    private readonly server: Server,
    private readonly collection: vscode.GlobalEnvironmentVariableCollection,
  ) {
    this.follow(vscode.window.activeTextEditor?.document);
  }

  follow(document: vscode.TextDocument | undefined): void {
    if (!document || vscode.languages.match(DOCUMENT_SELECTOR, document) === 0) {
      return;
    }
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    if (folder && this.followed.get(folder.uri.toString())?.toString() !== document.uri.toString()) {
      this.followed.set(folder.uri.toString(), document.uri);
      void this.refresh();
    }
  }

  /** Asks the server for every folder anew. An answer counts only until it is asked again. */
  async refresh(): Promise<void> {
    this.round += 1;
    const { round } = this;
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      const environment = await this.ask(folder);
      if (round !== this.round) {
        return;
      }
      this.apply(folder, environment);
    }
  }

  dispose(): void {
    this.round += 1;
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      this.apply(folder, null);
    }
  }

  private async ask(folder: vscode.WorkspaceFolder): Promise<Environment | null> {
    const client = this.server.client;
    if (!client?.isRunning() || !isWanted(folder)) {
      return null;
    }
    // Before any file was opened: whatever lies directly in the folder. The file need not be there.
    const file = this.followed.get(folder.uri.toString()) ?? vscode.Uri.joinPath(folder.uri, "pyproject.toml");
    try {
      return (await client.sendRequest(EnvironmentRequest, { uri: file.toString() })).environment;
    } catch {
      // A server that ends or restarts; its successor is asked again.
      return null;
    }
  }

  private apply(folder: vscode.WorkspaceFolder, environment: Environment | null): void {
    const inherited = (variable: string) => Boolean(process.env[variable]);
    const wanted = mutations(environment, inherited, path.delimiter);
    const key = folder.uri.toString();
    // VS Code marks terminals as out of date at every change.
    const text = JSON.stringify(wanted);
    if ((this.applied.get(key) ?? "[]") === text) {
      return;
    }
    this.applied.set(key, text);
    const scoped = this.collection.getScoped({ workspaceFolder: folder });
    scoped.clear();
    scoped.description = environment ? `Activates \`${shortName(environment.path)}\`` : undefined;
    // Again after the shell's own start-up files, some of which put other folders in front of PATH.
    const always = { applyAtProcessCreation: true, applyAtShellIntegration: true };
    for (const { kind, variable, value } of wanted) {
      if (kind === "prepend") {
        scoped.prepend(variable, value, always);
      } else {
        scoped.replace(variable, value, always);
      }
    }
  }
}

/** Not where the folder is not trusted: the environment's programs would come first on `PATH`. */
function isWanted(folder: vscode.WorkspaceFolder): boolean {
  return (
    vscode.workspace.isTrusted &&
    vscode.workspace.getConfiguration(SECTION, folder).get(ACTIVATE_TERMINALS, true) &&
    OTHERS.every((id) => vscode.extensions.getExtension(id) === undefined)
  );
}
