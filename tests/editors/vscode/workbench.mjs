// VS Code's own workbench in headless Chromium, in front of VS Code's own server and extension host.

import { execFileSync, spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

/** Nothing that takes the focus, moves, blinks, or asks a network. */
const QUIET = {
  "chat.disableAIFeatures": true,
  "editor.accessibilitySupport": "off",
  "editor.cursorBlinking": "solid",
  "editor.minimap.enabled": false,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "git.enabled": false,
  "security.workspace.trust.startupPrompt": "never",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.activityBar.location": "hidden",
  "workbench.editor.useModal": "off",
  "workbench.enableExperiments": false,
  "workbench.reduceMotion": "on",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/** A new folder for one test; under a real path, since VS Code compares paths as text. */
export function temporaryFolder() {
  return mkdtempSync(path.join(realpathSync(os.tmpdir()), "venv-lsp-"));
}

/** One VS Code with its own data, extensions and port, so that nothing of an earlier one comes back. */
export class Workbench {
  /**
   * `trust: false` leaves folders untrusted until somebody trusts them. `suites: true` makes VS Code accept a
   * test suite in the address.
   */
  static async start(tools, { vsix, env = {}, trust = true, suites = false }) {
    const workbench = new Workbench();
    workbench.data = temporaryFolder();
    workbench.extensions = path.join(workbench.data, "extensions");
    const user = path.join(workbench.data, "data", "User");
    mkdirSync(user, { recursive: true });
    writeFileSync(path.join(user, "settings.json"), JSON.stringify(QUIET));

    const folders = ["--server-data-dir", workbench.data, "--extensions-dir", workbench.extensions];
    const server = [tools.vscodeServer, "--accept-server-license-terms", "--telemetry-level", "off", ...folders];
    execFileSync(tools.node, [...server, "--install-extension", vsix], { stdio: "pipe" });

    const log = path.join(workbench.data, "server.log");
    workbench.logFile = openSync(log, "w");
    const args = ["--host", "127.0.0.1", "--port", "0", "--without-connection-token"];
    args.push(...(trust ? ["--disable-workspace-trust"] : []), ...(suites ? ["--enable-smoke-test-driver"] : []));
    // The activated environment of whoever runs the tests would serve the files under test.
    const { VIRTUAL_ENV: _, CONDA_PREFIX: __, ...clean } = process.env;
    workbench.child = spawn(tools.node, [...server, ...args], {
      env: { ...clean, ...env },
      stdio: ["ignore", workbench.logFile, workbench.logFile],
      detached: true,
    });
    try {
      const listening = /Extension host agent listening on (\d+)/;
      const port = await until("VS Code's server", () => {
        if (workbench.child.exitCode !== null) {
          throw new Error(`VS Code's server ended:\n${readFileSync(log, "utf8")}`);
        }
        return listening.exec(readFileSync(log, "utf8"))?.[1];
      });
      workbench.authority = `127.0.0.1:${port}`;
      const { chromium } = createRequire(path.join(tools.playwright, "index.js"))("playwright-core");
      const quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
      workbench.browser = await chromium.launch({
        executablePath: tools.chromium,
        args: ["--headless", "--no-sandbox", ...quiet, "--disable-component-update", "--disable-sync"],
      });
      const screen = { viewport: { width: 1340, height: 838 }, deviceScaleFactor: 1.2 };
      const context = await workbench.browser.newContext(screen);
      workbench.page = await context.newPage();
      workbench.page.setDefaultTimeout(120_000);
    } catch (error) {
      await workbench.stop();
      throw error;
    }
    return workbench;
  }

  /** Opens a folder, with more for the workbench to do as pairs. */
  async open(folder, payload = []) {
    this.folder = folder;
    const pairs = JSON.stringify([["skipWelcome", "true"], ["skipReleaseNotes", "true"], ...payload]);
    const query = `folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(pairs)}`;
    await this.page.goto(`http://${this.authority}/?${query}`);
  }

  /** A file as the workbench names it. With any other authority it would open as a file outside of its folder. */
  uri(file) {
    return `vscode-remote://${this.authority}${file}`;
  }

  /** Where VS Code has unpacked the package under test. */
  installedExtension() {
    return path.join(this.extensions, readdirSync(this.extensions).find((name) => name.startsWith("venv-lsp.venv-lsp-")));
  }

  /** What still runs of this VS Code, of its extensions, or for the folder that was opened in it. */
  processes() {
    const all = execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8", maxBuffer: 1 << 26 }).split("\n");
    return all.map((line) => line.trim()).filter((line) => line.includes(this.data) || line.includes(this.folder));
  }

  /** Ends the browser and everything that VS Code's server started, and says which processes outlived it. */
  async stop() {
    await this.browser?.close();
    const ended = new Promise((resolve) => {
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        resolve();
      } else {
        this.child.once("exit", resolve);
      }
    });
    signalGroup(this.child.pid, "SIGTERM");
    const killer = setTimeout(() => signalGroup(this.child.pid, "SIGKILL"), 10_000);
    await ended;
    clearTimeout(killer);
    let leftBehind = [];
    try {
      await until("all processes to end", () => this.processes().length === 0, 20_000);
    } catch {
      leftBehind = this.processes();
      for (const line of leftBehind) {
        process.kill(Number.parseInt(line, 10), "SIGKILL");
      }
    }
    closeSync(this.logFile);
    rmSync(this.data, { recursive: true, force: true, maxRetries: 10 });
    return leftBehind;
  }
}

function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") {
      throw error;
    }
  }
}

/** Waits until `condition` gives something; asks again every 50 ms. */
export async function until(what, condition, timeout = 120_000) {
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
