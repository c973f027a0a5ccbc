/** What the server is told about the user's wishes: the same object at the start, on request and on change. */

import * as vscode from "vscode";

/** The section of VS Code's settings, and the server's. */
export const SECTION = "venv-lsp";

/** The server's settings as they hold for a resource; `trusted` is VS Code's answer, not a setting. */
export function serverSettings(scope?: vscode.Uri): Record<string, unknown> {
  const settings = vscode.workspace.getConfiguration(SECTION, scope);
  return {
    environment: settings.get("environment", null),
    askToInstall: settings.get("askToInstall", true),
    installer: settings.get("installer", "auto"),
    rules: settings.get("rules", {}),
    trusted: vscode.workspace.isTrusted,
  };
}
