// New terminals run in the environment of the file, and a broken environment is repaired by its code action.

const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const { existsSync, mkdtempSync, readFileSync, rmSync } = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const vscode = require("vscode");
const { actions, codes, folder, installed, open, until } = require("./editor.js");

const environment = () => path.join(folder().fsPath, "learnRag", ".venv");
const python = (...args) => execFileSync("python3", args, { stdio: "pipe" });

/** What a new terminal of the folder finds in its variables. */
async function variables() {
  const out = mkdtempSync(path.join(os.tmpdir(), "venv-lsp-terminal-"));
  const script = `env > ${out}/part && mv ${out}/part ${out}/whole`;
  const terminal = vscode.window.createTerminal({ name: "variables", shellPath: "/bin/sh", shellArgs: ["-c", script] });
  await until("what the terminal says", () => existsSync(path.join(out, "whole")));
  const lines = readFileSync(path.join(out, "whole"), "utf8").split("\n");
  terminal.dispose();
  rmSync(out, { recursive: true });
  return new Map(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

/** Waits until new terminals have this environment, or none. */
async function inTerminals(expected) {
  const name = expected ?? "no environment";
  return until(`${name} in terminals`, async () => {
    const found = await variables();
    return found.get("VIRTUAL_ENV") === expected && found;
  });
}

describe("terminals", () => {
  it("run in the environment of the file", async () => {
    python("-m", "venv", "--without-pip", environment());
    await open();
    await codes(["requirement-not-installed"]);
    const found = await inTerminals(environment());
    assert.equal(found.get("PATH").split(":")[0], path.join(environment(), "bin"));
  });

  it("are left alone by a setting", async () => {
    const settings = vscode.workspace.getConfiguration("venv-lsp");
    await settings.update("terminal.activateEnvironment", false, vscode.ConfigurationTarget.Workspace);
    const found = await inTerminals(undefined);
    assert.ok(!found.get("PATH").includes(environment()), found.get("PATH"));
    await settings.update("terminal.activateEnvironment", undefined, vscode.ConfigurationTarget.Workspace);
    await inTerminals(environment());
  });

  it("have nothing left of an environment that is gone", async () => {
    rmSync(environment(), { recursive: true });
    await codes(["environment-missing"]);
    const found = await inTerminals(undefined);
    assert.ok(!found.get("PATH").includes(environment()), found.get("PATH"));
  });
});

describe("an environment that was copied", () => {
  it("is broken, is repaired by its action, and terminals run in it", async () => {
    const original = path.join(folder().fsPath, ".original");
    python("-m", "venv", original);
    const pip = [path.join(original, "bin", "python"), ["-m", "pip", "install", "--quiet", "langchain-ollama"]];
    execFileSync(...pip, { stdio: "pipe" });
    execFileSync("cp", ["-R", original, environment()]);
    await codes(["environment-broken"]);
    // It still runs, in part: how much is the server's to say.
    const repair = (await actions()).find((action) => action.command?.command === "venv-lsp.repairEnvironment");
    assert.ok(repair, "there is an action");
    const outcome = await vscode.commands.executeCommand(repair.command.command, ...repair.command.arguments);
    assert.equal(outcome.ok, true, outcome.message);
    await codes([]);
    for (const name of ["langchain_ollama", "langchain_core", "pydantic", "httpx", "ollama"]) {
      assert.ok(installed(environment()).some((found) => found.startsWith(`${name}-`)), `${name} is back`);
    }
    const [line] = readFileSync(path.join(environment(), "bin", "pip"), "utf8").split("\n");
    assert.ok(line.startsWith(`#!${environment()}/`), line);
    await inTerminals(environment());
  });
});
