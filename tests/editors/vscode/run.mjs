// The extension in a real VS Code: `VENV_LSP_SERVER=…/venv-lsp node tests/editors/vscode/run.mjs`
//
// VENV_LSP_SERVER   the server's program, bundled into the package under test
// VENV_LSP_CACHE    where VS Code and the other tools are kept (default: .cache in the project)
// PIP_INDEX_URL, UV_DEFAULT_INDEX, …   reach the server: an index that has langchain-ollama
//
// Ends with `N passed, N failed`; exit status 0, 1, or 77 when this machine cannot run it.

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import util from "node:util";
import { buildExtension, setUp, Unavailable } from "./setup.mjs";
import { asksForTrust, cancelsAnInstallation, createsAnEnvironment, repairsAnEnvironment } from "./ui.mjs";
import { temporaryFolder, until, Workbench } from "./workbench.mjs";

const here = import.meta.dirname;
const project = path.resolve(here, "..", "..", "..");
const cache = path.resolve(process.env.VENV_LSP_CACHE ?? path.join(project, ".cache"));
const screenshots = path.join(cache, "screenshots");
const count = { passed: 0, failed: 0 };

process.exitCode = await main();
console.log(`${count.passed} passed, ${count.failed} failed`);

async function main() {
  const server = process.env.VENV_LSP_SERVER;
  if (!server || !existsSync(server)) {
    console.log(`VENV_LSP_SERVER must name the server's program; it is ${server ?? "not set"}`);
    return 1;
  }
  mkdirSync(screenshots, { recursive: true });
  const folder = path.join(cache, "vscode");
  try {
    const tools = setUp(folder);
    const { vsix, tests } = buildExtension(tools, path.join(project, "editors", "vscode"), path.resolve(server), folder);
    ownTests(tests);
    const story = (workbench, playground) => createsAnEnvironment(workbench, playground, screenshots);
    await scenario("workbench: one action, and nothing is missing", { tools, vsix }, story);
    await withSilentIndex(async (index, env) => {
      const cancel = (workbench, playground) => cancelsAnInstallation(workbench, playground, screenshots, index);
      await scenario("workbench: an installation can be cancelled", { tools, vsix, env }, cancel);
    });
    await scenario("workbench: nothing without trust", { tools, vsix, trust: false }, asksForTrust);
    const repair = (workbench, playground) => repairsAnEnvironment(workbench, playground, screenshots);
    await scenario("workbench: a broken environment is repaired by one action", { tools, vsix }, repair);
    await suite("loop.test.js", { tools, vsix });
    await suite("untrusted.test.js", { tools, vsix, trust: false });
    await suite("activation.test.js", { tools, vsix });
    await suite("project.test.js", { tools, vsix, project: "app" });
  } catch (error) {
    console.log(error instanceof Unavailable ? `skipped: ${error.message}` : error);
    return error instanceof Unavailable ? 77 : 1;
  }
  return count.failed ? 1 : 0;
}

/** The extension's own tests, which need no VS Code. */
function ownTests({ ok, output }) {
  const of = (what) => Number(new RegExp(`^. ${what} (\\d+)$`, "m").exec(output)?.[1] ?? 0);
  count.passed += of("pass");
  count.failed += of("fail");
  if (!ok || of("pass") === 0) {
    count.failed += of("fail") ? 0 : 1;
    console.log(output);
  }
  console.log(`${ok ? "ok  " : "FAIL"}  the extension's own tests`);
}

/** One scenario in the workbench, in a VS Code and a playground of its own. */
async function scenario(title, options, play) {
  const started = Date.now();
  await withPlayground(title, options, async (workbench, playground) => {
    try {
      await play(workbench, playground);
      count.passed += 1;
      console.log(`ok    ${title} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    } catch (error) {
      await failed(title, workbench, error);
    }
  });
}

/** One mocha suite in the extension host. */
async function suite(file, options) {
  const results = path.join(temporaryFolder(), "results.json");
  const env = {
    VENV_LSP_TEST_MOCHA: options.tools.mocha,
    VENV_LSP_TEST_SUITE: file,
    VENV_LSP_TEST_RESULTS: results,
  };
  await withPlayground(file, { ...options, env, suites: true }, async (workbench, playground) => {
    try {
      let ended;
      const log = [];
      await workbench.page.exposeFunction("codeAutomationLog", (_kind, args) => log.push(util.format(...args)));
      await workbench.page.exposeFunction("codeAutomationExit", () => {
        ended = true;
      });
      await workbench.open(playground, [
        ["extensionDevelopmentPath", workbench.uri(workbench.installedExtension())],
        ["extensionTestsPath", workbench.uri(path.join(here, "host", "index.js"))],
      ]);
      await until(`the suite ${file}`, () => ended, 600_000);
      const tests = existsSync(results) ? JSON.parse(readFileSync(results, "utf8")) : [];
      if (tests.length === 0) {
        throw new Error(`no test was run:\n${log.slice(-5).join("\n")}`);
      }
      for (const { title, took, error } of tests) {
        count[error ? "failed" : "passed"] += 1;
        console.log(error ? `FAIL  extension host: ${title}\n${error}` : `ok    extension host: ${title} (${took} ms)`);
      }
    } catch (error) {
      await failed(`extension host: ${file}`, workbench, error);
    }
  });
  rmSync(path.dirname(results), { recursive: true, force: true });
}

/** An index on loopback that takes requests and answers none, and the variables that lead there. */
async function withSilentIndex(use) {
  const index = createServer(() => {});
  await new Promise((resolve) => index.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${index.address().port}/simple`;
  try {
    const direct = { NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1", PIP_NO_INDEX: "0", UV_OFFLINE: "0" };
    await use(index, { PIP_INDEX_URL: address, UV_DEFAULT_INDEX: address, ...direct });
  } finally {
    index.closeAllConnections();
    index.close();
  }
}

async function withPlayground(title, { tools, project: name = "playground", ...options }, play) {
  const folder = temporaryFolder();
  const playground = path.join(folder, name);
  cpSync(path.join(project, "tests", "projects", name), playground, { recursive: true });
  const workbench = await Workbench.start(tools, options);
  try {
    await play(workbench, playground);
  } finally {
    const leftBehind = await workbench.stop();
    if (leftBehind.length) {
      count.failed += 1;
      console.log(`FAIL  ${title}: these processes outlived VS Code:\n${leftBehind.join("\n")}`);
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

async function failed(title, workbench, error) {
  count.failed += 1;
  const picture = path.join(screenshots, `vscode-failed-${count.failed}.png`);
  await workbench.page.screenshot({ path: picture }).catch(() => {});
  console.log(`FAIL  ${title}\n${error.stack ?? error}\n      screenshot: ${picture}`);
}
