/** Wires the parts together. What they do is in `server.ts`, `status.ts` and `terminals.ts`. */

import * as vscode from "vscode";
import { Server } from "./server";
import { SECTION } from "./settings";
import { onDidChooseEnvironment, SHOW_ENVIRONMENT, showEnvironment, showStatus } from "./status";
import { activateTerminals } from "./terminals";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("venv-lsp", { log: true });
  const running = new Server(context.extensionPath, output);
  server = running;
  context.subscriptions.push(
    output,
    running,
    showStatus(running),
    activateTerminals(running, context.environmentVariableCollection, onDidChooseEnvironment),
    vscode.commands.registerCommand("venv-lsp.showLog", () => running.showLog()),
    vscode.commands.registerCommand("venv-lsp.restart", () => running.restart()),
    vscode.commands.registerCommand(SHOW_ENVIRONMENT, () => showEnvironment(running)),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration(`${SECTION}.server.path`)) {
        await running.programMayHaveChanged();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(async () => {
      await running.programMayHaveChanged();
      await running.sendSettings();
    }),
  );
  await running.restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
