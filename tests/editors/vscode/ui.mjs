// What a person sees and does: the squiggle, the hover, the menu, the answer.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { until } from "./workbench.mjs";

const SQUIGGLE = ".monaco-editor :is(.squiggly-error, .squiggly-warning, .squiggly-info)";
const MENU_ROW = ".action-widget .monaco-list-row.action";
const REPAIR = /^Recreate `\.venv` with Python \d+\.\d+ and reinstall \d+ distributions$/;
const CREATE = /^Create `\.venv` with Python \d+\.\d+ and install 1 requirement$/;

/** The story: no environment, one action, nothing missing. */
export async function createsAnEnvironment(workbench, playground, screenshots) {
  const { page } = workbench;
  const shot = (name) => page.screenshot({ path: path.join(screenshots, `vscode-${name}.png`) });

  await openRequirements(workbench, playground);
  await page.locator(SQUIGGLE).first().waitFor();
  await hover(page);
  await page.locator(".monaco-hover", { hasText: "environment-missing" }).filter({ hasText: "Quick Fix" }).first().waitFor();
  await shot("1-missing");

  await narrowSidebar(page, 195);
  await page.keyboard.press("Control+Shift+M");
  await page.locator(".markers-panel .monaco-list-row", { hasText: "environment-missing" }).waitFor();
  const create = await quickFix(page, CREATE);
  await shot("2-quick-fix");
  await create.click();
  const environment = path.join(playground, "learnRag", ".venv");
  await until("langchain-ollama to be installed", () => has(environment, "langchain_ollama"));
  await page.locator(SQUIGGLE).waitFor({ state: "detached" });
  await page.locator("#status\\.problems", { hasText: /^\s*0\s*0\s*$/ }).waitFor();
  await page.locator(".notifications-toasts", { hasText: /Created `\.venv`.* installed 1 requirement/ }).waitFor();
  await languageStatus(page, /\.venv · Python \d+\.\d+/);
  await shot("3-installed");

  await page.locator(".hover-language-status .action-button, .hover-language-status a", { hasText: "Show" }).first().click();
  await page.locator(".quick-input-list .monaco-list-row", { hasText: environment }).waitFor();
  await shot("4-environment");
}

/**
 * Cancel ends the installation, and what went before it stays honest: the requirement is still missing.
 * `index` takes requests and never answers, so that the installation lasts until it is ended.
 */
export async function cancelsAnInstallation(workbench, playground, screenshots, index) {
  const { page } = workbench;
  await openRequirements(workbench, playground);
  const asked = once(index, "request");
  await (await quickFix(page, CREATE)).click();
  const [request] = await asked;
  const hungUp = once(request.socket, "close");
  const progress = page.locator(".notifications-toasts .notification-list-item", { hasText: "venv-lsp" }).filter({
    has: page.locator(".monaco-button", { hasText: "Cancel" }),
  });
  await progress.locator(".monaco-button", { hasText: "Cancel" }).click();
  await hungUp;
  await progress.waitFor({ state: "detached" });
  await page.locator(SQUIGGLE).first().waitFor();
  await page.screenshot({ path: path.join(screenshots, "vscode-5-cancelled.png") });
  assert.ok(!has(path.join(playground, "learnRag", ".venv"), "langchain_ollama"), "nothing was installed");
}

/** An environment whose Python is gone says so, and one action brings it back with what it had. */
export async function repairsAnEnvironment(workbench, playground, screenshots) {
  const { page } = workbench;
  const shot = (name) => page.screenshot({ path: path.join(screenshots, `vscode-${name}.png`) });
  const environment = path.join(playground, "learnRag", ".venv");
  execFileSync("python3", ["-m", "venv", environment], { stdio: "pipe" });
  const python = path.join(environment, "bin", "python");
  execFileSync(python, ["-m", "pip", "install", "--quiet", "langchain-ollama"], { stdio: "pipe" });
  takePythonAway(environment, path.join(playground, "removed-python", "bin"));

  await openRequirements(workbench, playground);
  await page.locator(SQUIGGLE).first().waitFor();
  await page.keyboard.press("Control+Shift+M");
  await page.locator(".markers-panel .monaco-list-row", { hasText: "environment-broken" }).waitFor();
  const repair = await quickFix(page, REPAIR);
  await shot("6-broken");
  await page.keyboard.press("Escape");

  await command(page, "venv-lsp: Show Environment");
  const row = page.locator(".quick-input-list .monaco-list-row", { hasText: /Recreate \.venv with Python/ }).first();
  await row.waitFor();
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "Open the log" }).waitFor();
  await shot("7-choices");
  await page.keyboard.press("Escape");

  await quickFix(page, REPAIR);
  await repair.click();
  await page.locator(SQUIGGLE).waitFor({ state: "detached" });
  await page.locator("#status\\.problems", { hasText: /^\s*0\s*0\s*$/ }).waitFor();
  await page.locator(".notifications-toasts", { hasText: /\.venv/ }).waitFor();
  await languageStatus(page, /\.venv · Python \d+\.\d+/);
  await shot("8-repaired");
  assert.ok(has(environment, "langchain_ollama") && has(environment, "pydantic"), "what was installed is back");
  execFileSync(python, ["-c", "import langchain_ollama"], { stdio: "pipe" });
}

/** Without trust nothing is offered that starts a process; with trust it is, without a reload. */
export async function asksForTrust(workbench, playground) {
  const { page } = workbench;
  await openRequirements(workbench, playground);
  await page.locator(SQUIGGLE).first().waitFor();
  await openMenu(page, page.getByText("No code actions available").or(page.locator(MENU_ROW)).first());
  const rows = await page.locator(MENU_ROW).allInnerTexts();
  assert.deepEqual(rows.filter((row) => /^(Create|Install) /.test(row)), []);
  await page.keyboard.press("Escape");

  await command(page, "Workspaces: Manage Workspace Trust");
  await page.locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust$/ }).first().click();
  await page.locator(".tab", { hasText: "requirements.txt" }).click();
  await quickFix(page, CREATE);
  assert.ok(!existsSync(path.join(playground, "learnRag", ".venv")), "nothing was created");
}

async function openRequirements(workbench, playground) {
  const file = path.join(playground, "learnRag", "requirements.txt");
  await workbench.open(playground, [["openFile", workbench.uri(file)]]);
  await workbench.page.locator(".tab.active", { hasText: "requirements.txt" }).waitFor();
}

/** Rests the mouse on the requirement until the hover is there. */
async function hover(page) {
  const word = page.locator(".monaco-editor .view-line", { hasText: "langchain-ollama" }).locator("span span").first();
  await until("the hover", async () => {
    await page.mouse.move(640, 600);
    await word.hover();
    return page.locator(".monaco-hover .hover-row").first().waitFor({ timeout: 5000 }).then(() => true, () => false);
  });
}

/** Opens the quick-fix menu on the requirement until it has a row with this title. */
async function quickFix(page, title) {
  const row = page.locator(MENU_ROW).filter({ hasText: title }).first();
  await openMenu(page, row);
  return row;
}

/**
 * Asks for quick fixes on the requirement until `answer` is there. VS Code drops the question without a word
 * when an extension that starts meanwhile has actions too, and the menu when something takes the focus.
 */
async function openMenu(page, answer) {
  await until("the answer to Ctrl+.", async () => {
    await page.keyboard.press("Escape");
    await page.locator(".monaco-editor .view-line", { hasText: "langchain-ollama" }).click();
    await page.keyboard.press("Control+.");
    return answer.waitFor({ timeout: 5000 }).then(() => true, () => false);
  });
}

/** Leaves more room for the message in the list of problems. */
async function narrowSidebar(page, width) {
  const { x, y, width: before } = await page.locator(".part.sidebar").boundingBox();
  await page.mouse.move(x + before + 2, y + 300);
  await page.mouse.down();
  await page.mouse.move(x + width, y + 300, { steps: 5 });
  await page.mouse.up();
}

/** Opens the language status and waits for its line. */
async function languageStatus(page, text) {
  await page.locator("#status\\.languageStatus").hover();
  await page.locator(".hover-language-status").filter({ hasText: text }).first().waitFor();
}

async function command(page, title) {
  await page.keyboard.press("F1");
  const input = page.locator(".quick-input-widget input").first();
  await input.waitFor();
  await input.fill(`>${title}`);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().click();
}

/** Whether a distribution is in the environment's site-packages. */
function has(environment, distribution) {
  const lib = path.join(environment, "lib");
  const pythons = existsSync(lib) ? readdirSync(lib) : [];
  const places = pythons.map((python) => path.join(lib, python, "site-packages")).filter((place) => existsSync(place));
  return places.flatMap((place) => readdirSync(place)).some((name) => name.startsWith(`${distribution}-`));
}

/** Leaves the environment as it is after the Python that it was made with was removed. */
function takePythonAway(environment, gone) {
  const bin = path.join(environment, "bin");
  for (const name of readdirSync(bin).filter((name) => name.startsWith("python"))) {
    const link = path.join(bin, name);
    // The others of them lead to one of them.
    if (path.isAbsolute(readlinkSync(link))) {
      rmSync(link);
      symlinkSync(path.join(gone, name), link);
    }
  }
  const configuration = path.join(environment, "pyvenv.cfg");
  const text = readFileSync(configuration, "utf8").replace(/^home = .*$/m, `home = ${gone}`);
  writeFileSync(configuration, text);
}
