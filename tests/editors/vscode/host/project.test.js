// A `pyproject.toml`: what it lacks, what is known of what it has, and one action for the rest.

const assert = require("node:assert/strict");
const vscode = require("vscode");
const { actions, codes, folder, installed, open, until } = require("./editor.js");

const CREATE = /^Create `\.venv` with Python \d+\.\d+ and install 1 requirement$/;
const pyproject = () => vscode.Uri.joinPath(folder(), "pyproject.toml");

/** The place of the first occurrence of `part`. */
async function place(part, uri = pyproject()) {
  const document = await vscode.workspace.openTextDocument(uri);
  return document.positionAt(document.getText().indexOf(part) + 1);
}

const ask = (command, ...rest) => vscode.commands.executeCommand(command, ...rest);

describe("a project with a pyproject.toml", () => {
  it("starts the server, because the folder has such a file", async () => {
    await until("the extension", () => vscode.extensions.getExtension("venv-lsp.venv-lsp").isActive);
    await open(pyproject());
    await codes(["environment-missing"], pyproject());
  });

  it("is filled by one action", async () => {
    const create = (await actions(pyproject())).find((action) => CREATE.test(action.title));
    assert.ok(create, "the action is there");
    const outcome = await ask(create.command.command, ...create.command.arguments);
    assert.equal(outcome.ok, true, outcome.message);
    await codes([], pyproject());
    const environment = vscode.Uri.joinPath(folder(), ".venv").fsPath;
    assert.ok(installed(environment).some((name) => name.startsWith("langchain_ollama-")));
  });

  it("has a hover on each requirement", async () => {
    const hovers = await ask("vscode.executeHoverProvider", pyproject(), await place("langchain-ollama"));
    const text = hovers.flatMap((hover) => hover.contents.map((content) => content.value ?? content)).join("\n");
    assert.match(text, /langchain-ollama/);
    assert.match(text, /1\.0\.0/);
  });

  it("has the installed version beside it", async () => {
    const document = await vscode.workspace.openTextDocument(pyproject());
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = await until("the hint", async () => {
      const found = await ask("vscode.executeInlayHintProvider", pyproject(), whole);
      return found?.length > 0 && found;
    });
    assert.ok(hints.some((hint) => String(hint.label).includes("1.0.0")), JSON.stringify(hints));
  });

  it("completes names that are installed", async () => {
    const editor = await open(pyproject());
    const at = await place("langchain-ollama");
    await editor.edit((edit) => edit.insert(new vscode.Position(at.line + 1, 0), '    "htt\n'));
    const list = await ask("vscode.executeCompletionItemProvider", pyproject(), new vscode.Position(at.line + 1, 8));
    const labels = list.items.map((item) => item.label?.label ?? item.label);
    await ask("workbench.action.files.revert");
    assert.ok(labels.includes("httpx"), JSON.stringify(labels));
  });

  it("renames an extra everywhere", async () => {
    const edit = await ask("vscode.executeDocumentRenameProvider", pyproject(), await place("docs ="), "manual");
    const edits = edit.get(pyproject());
    assert.deepEqual(edits.map((it) => it.newText), ["manual", "manual"]);
  });

  it("is formatted by nobody here, and a requirements file is", async () => {
    const options = { tabSize: 4, insertSpaces: true };
    const own = await ask("vscode.executeFormatDocumentProvider", pyproject(), options);
    assert.ok(!own || own.length === 0, JSON.stringify(own));
    const file = vscode.Uri.joinPath(folder(), "requirements.txt");
    await vscode.workspace.fs.writeFile(file, Buffer.from("langchain-ollama   >=  1\n"));
    await open(file);
    const edits = await until("the edits", () => ask("vscode.executeFormatDocumentProvider", file, options));
    assert.ok(edits.length > 0, "nothing was tidied");
    const legend = await until("the colours", () => ask("vscode.provideDocumentSemanticTokensLegend", file));
    assert.ok(legend.tokenTypes.includes("class"), JSON.stringify(legend));
  });
});
