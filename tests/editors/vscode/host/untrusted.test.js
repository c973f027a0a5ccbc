// A folder that nobody has trusted: read and checked, but nothing is started.

const assert = require("node:assert/strict");
const path = require("node:path");
const vscode = require("vscode");
const { actions, codes, folder, installed, open, requirements } = require("./editor.js");

describe("a folder that is not trusted", () => {
  it("is checked", async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    await open();
    await codes(["environment-missing"]);
  });

  it("is offered nothing that would start a process", async () => {
    const titles = (await actions()).map((action) => action.title);
    assert.deepEqual(titles.filter((title) => /^(Create|Install) /.test(title)), []);
  });

  it("has a command refused that comes all the same", async () => {
    assert.ok((await vscode.commands.getCommands()).includes("venv-lsp.createEnvironment"), "the server has the command");
    const environment = path.join(folder().fsPath, "learnRag", ".venv");
    const argument = { uri: requirements().toString(), environment, interpreter: "/usr/bin/python3", install: true };
    const refused = (outcome) => assert.equal(outcome.ok, false, JSON.stringify(outcome));
    await vscode.commands.executeCommand("venv-lsp.createEnvironment", argument).then(refused, () => {});
    assert.deepEqual(installed(environment), []);
  });
});
