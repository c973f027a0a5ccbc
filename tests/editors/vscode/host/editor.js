// What the suites do with VS Code.

const { readdirSync, existsSync } = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

const folder = () => vscode.workspace.workspaceFolders[0].uri;
const requirements = () => vscode.Uri.joinPath(folder(), "learnRag", "requirements.txt");

/** Waits until `condition` gives something; asks again every 50 ms. */
async function until(what, condition, timeout = 100_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await condition();
    if (value) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${timeout / 1000} s for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function open(uri = requirements()) {
  const document = await vscode.workspace.openTextDocument(uri);
  return vscode.window.showTextDocument(document);
}

const diagnostics = (uri = requirements()) => vscode.languages.getDiagnostics(uri);

/** Waits until the file's diagnostics have exactly these codes. */
function codes(expected, uri = requirements()) {
  const now = () => diagnostics(uri).map((diagnostic) => diagnostic.code?.value ?? diagnostic.code);
  return until(`the diagnostics [${expected}]`, () => now().join() === expected.join()).catch((error) => {
    throw new Error(`${error.message}; there are [${now()}]`);
  });
}

/**
 * The quick fixes for the file's first diagnostic. VS Code cancels the question when another extension that starts
 * meanwhile has actions too; then it is asked again.
 */
function actions(uri = requirements()) {
  const [diagnostic] = diagnostics(uri);
  const range = diagnostic?.range ?? new vscode.Range(0, 0, 0, 0);
  const ask = ["vscode.executeCodeActionProvider", uri, range, vscode.CodeActionKind.QuickFix.value];
  return until("the code actions", async () => {
    try {
      return await vscode.commands.executeCommand(...ask);
    } catch (error) {
      if (error.message !== "Canceled") {
        throw error;
      }
      return undefined;
    }
  });
}

/** What is in the environment's site-packages; nothing where there is no environment. */
function installed(environment) {
  const lib = path.join(environment, "lib");
  return existsSync(lib) ? readdirSync(lib).flatMap((python) => readdirSync(path.join(lib, python, "site-packages"))) : [];
}

module.exports = { actions, codes, diagnostics, folder, installed, open, requirements, until };
