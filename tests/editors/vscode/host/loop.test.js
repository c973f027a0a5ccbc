// From "no environment" to "nothing missing", and back on the way there.

const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const path = require("node:path");
const vscode = require("vscode");
const { actions, codes, diagnostics, folder, installed, open, requirements, until } = require("./editor.js");

const CREATE = /^Create `\.venv` with Python \d+\.\d+ and install 1 requirement$/;
const extension = () => vscode.extensions.getExtension("venv-lsp.venv-lsp");

/** The process ids of the language servers that this extension host has started. */
function servers() {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  const ours = rows.map((row) => row.trim().split(/\s+/)).filter(([, parent]) => Number(parent) === process.pid);
  return ours.filter((row) => row.some((word) => path.basename(word) === "venv-lsp")).map(([pid]) => pid);
}

describe("a folder without an environment", () => {
  it("starts the bundled server when a requirements file is opened", async () => {
    assert.equal(extension().isActive, false);
    const { document } = await open();
    assert.equal(document.languageId, "pip-requirements");
    await until("the extension", () => extension().isActive);
    await until("the server", () => servers().length === 1);
  });

  it("says so once, on the first requirement, with code and source", async () => {
    await codes(["environment-missing"]);
    const [diagnostic] = diagnostics();
    assert.equal(diagnostic.source, "venv-lsp");
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Warning);
    assert.ok(diagnostic.code.target, "the code has a link");
    const document = await vscode.workspace.openTextDocument(requirements());
    assert.equal(document.getText(diagnostic.range), "langchain-ollama");
  });

  it("follows the text, saved or not", async () => {
    const editor = await open();
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "=broken\n"));
    await until("a diagnostic on the first line", () => diagnostics().some((diagnostic) => diagnostic.range.start.line === 0));
    await editor.edit((edit) => edit.delete(new vscode.Range(0, 0, 1, 0)));
    await codes(["environment-missing"]);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  it("a rule can be turned off and on in the settings", async () => {
    const settings = vscode.workspace.getConfiguration("venv-lsp");
    await settings.update("rules", { "environment-missing": "off" }, vscode.ConfigurationTarget.Workspace);
    await codes([]);
    await settings.update("rules", undefined, vscode.ConfigurationTarget.Workspace);
    await codes(["environment-missing"]);
  });

  it("offers to create one", async () => {
    const titles = (await actions()).map((action) => action.title);
    assert.ok(titles.some((title) => CREATE.test(title)), `among ${JSON.stringify(titles)}`);
  });

  it("restarts the server on request, one at a time", async () => {
    const [before] = servers();
    const restart = () => vscode.commands.executeCommand("venv-lsp.restart");
    await Promise.all([restart(), restart(), restart()]);
    const after = await until("one server", () => servers().length === 1 && servers());
    assert.notEqual(after[0], before);
    await codes(["environment-missing"]);
  });

  it("creates it, installs into it, and has nothing more to say", async () => {
    await open();
    const create = (await actions()).find((action) => CREATE.test(action.title));
    const environment = path.join(folder().fsPath, "learnRag", ".venv");
    const seen = new Set();
    const watching = vscode.languages.onDidChangeDiagnostics(() => {
      for (const diagnostic of diagnostics()) {
        seen.add(diagnostic.code?.value ?? diagnostic.code);
      }
    });
    const outcome = await vscode.commands.executeCommand(create.command.command, ...create.command.arguments);
    assert.equal(outcome.ok, true, outcome.message);
    await codes([]);
    watching.dispose();
    // An environment that is being made is not a broken one.
    assert.ok(!seen.has("environment-broken"), `on the way there were ${[...seen]}`);
    assert.ok(installed(environment).some((name) => name.startsWith("langchain_ollama-")));
  });
});
