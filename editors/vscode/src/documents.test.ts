import assert from "node:assert/strict";
import test from "node:test";
import manifest from "../package.json";
import { PROJECT_PATTERNS, REQUIREMENTS_PATTERNS } from "./documents";

test("the contributed language is that of requirements files, and of nothing else", () => {
  assert.equal(manifest.contributes.languages.length, 1);
  const [language] = manifest.contributes.languages;
  assert.equal(language.id, "pip-requirements");
  assert.deepEqual(language.filenamePatterns, REQUIREMENTS_PATTERNS);
});

test("the extension starts where there is a file that it speaks about", () => {
  const inFolder = PROJECT_PATTERNS.map((pattern) => `workspaceContains:${pattern}`);
  assert.deepEqual(manifest.activationEvents, ["onLanguage:python", ...inFolder]);
});

test("@types/vscode is not newer than the VS Code that the extension promises to run on", () => {
  const minor = (range: string) => /^[~^]1\.(\d+)\.0$/.exec(range)?.[1];
  assert.equal(minor(manifest.devDependencies["@types/vscode"]), minor(manifest.engines.vscode));
  assert.match(manifest.devDependencies["@types/vscode"], /^~/);
});

test("what a folder could abuse before it is trusted is restricted", () => {
  assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, [
    "venv-lsp.server.path",
    "venv-lsp.environment",
  ]);
});
