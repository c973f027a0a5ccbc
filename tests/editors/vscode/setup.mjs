// Everything that the tests need and do not have: Node, VS Code, Chromium, a driver for it, mocha, and the extension itself.
// What comes from a registry is kept in the cache under its version, and fetched once.

import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

const VERSIONS = {
  // Carries VS Code 1.139.1 as a server with a workbench for a browser.
  "code-server": "4.139.1",
  "playwright-core": "1.65.1",
  mocha: "11.8.0",
};
/** What this code-server runs on; its native modules are built for no other. */
const NODE_MAJOR = 24;

/** The tests cannot run here, through no fault of the project. */
export class Unavailable extends Error {}

/** Prepares `folder` and says where everything in it is. */
export function setUp(folder) {
  mkdirSync(folder, { recursive: true });
  const chromium = findChromium();
  const node = findNode(folder);
  const npm = new Npm(node);
  const code = npm.fetch(folder, "code-server");
  const vscode = path.join(code, "node_modules", "code-server", "lib", "vscode");
  once(code, "ready", () => {
    // What its install scripts do, without the parts that compile: those are for logs and for a sign-in that no test uses.
    npm.run(["install", "--omit=dev", "--ignore-scripts"], vscode);
    npm.run(["install", "--omit=dev", "--ignore-scripts"], path.join(vscode, "extensions"));
    rmSync(path.join(vscode, "node_modules.asar"), { force: true });
    symlinkSync("node_modules", path.join(vscode, "node_modules.asar"));
  });
  return {
    node,
    npm,
    chromium,
    vscodeServer: path.join(vscode, "out", "server-main.js"),
    playwright: npm.fetch(folder, "playwright-core"),
    mocha: npm.fetch(folder, "mocha"),
  };
}

/**
 * Builds the extension from a copy of its sources, with `server` inside, so that the package under test is
 * the one that a user gets and the sources stay as they are. Returns the .vsix and the output of its own tests.
 */
export function buildExtension({ npm }, sources, server, folder) {
  const copy = path.join(folder, "extension");
  mkdirSync(copy, { recursive: true });
  for (const stale of ["src", "out", "dist"]) {
    rmSync(path.join(copy, stale), { recursive: true, force: true });
  }
  const own = new Set(["node_modules", "dist", "out", "server"]);
  cpSync(sources, copy, {
    recursive: true,
    force: true,
    filter: (file) => !own.has(path.relative(sources, file).split(path.sep)[0]) && !file.endsWith(".vsix"),
  });
  const lock = createHash("sha256").update(readFileSync(path.join(copy, "package-lock.json"))).digest("hex");
  once(copy, `installed-${lock.slice(0, 16)}`, () => npm.run(["ci", "--ignore-scripts"], copy));
  mkdirSync(path.join(copy, "server"), { recursive: true });
  cpSync(server, path.join(copy, "server", path.extname(server) === ".exe" ? "venv-lsp.exe" : "venv-lsp"), {
    dereference: true,
  });
  const tests = npm.try(["test"], copy);
  npm.run(["run", "package"], copy);
  return { vsix: path.join(copy, "venv-lsp.vsix"), tests };
}

/** npm, run by the Node that the tests use. */
class Npm {
  constructor(node) {
    const quiet = { npm_config_fund: "false", npm_config_audit: "false", npm_config_update_notifier: "false" };
    this.env = { ...process.env, ...quiet, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` };
  }

  try(args, cwd) {
    const options = { cwd, env: this.env, encoding: "utf8", shell: process.platform === "win32", maxBuffer: 1 << 28 };
    const done = spawnSync("npm", ["--no-progress", "--loglevel=error", ...args], options);
    return { ok: done.status === 0, output: `${done.stdout ?? ""}${done.stderr ?? ""}${done.error ?? ""}` };
  }

  run(args, cwd) {
    const { ok, output } = this.try(args, cwd);
    if (!ok) {
      throw new Error(`npm ${args.join(" ")} failed in ${cwd}:\n${output}`);
    }
  }

  /** Installs one package at its pinned version into a folder of its own; returns that folder. */
  fetch(folder, name, version = VERSIONS[name]) {
    const target = path.join(folder, `${name}-${version}`);
    mkdirSync(target, { recursive: true });
    once(target, "fetched", () => {
      writeFileSync(path.join(target, "package.json"), '{ "private": true }\n');
      const { ok, output } = this.try(["install", "--no-save", "--ignore-scripts", `${name}@${version}`], target);
      if (!ok) {
        throw new Unavailable(`npm could not fetch ${name}@${version}: ${output.trim().split("\n").slice(-3).join(" ")}`);
      }
    });
    return target;
  }
}

function findNode(folder) {
  if (Number(process.versions.node.split(".")[0]) === NODE_MAJOR) {
    return process.execPath;
  }
  const system = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${system}-${process.arch}`;
  const installed = new Npm(process.execPath).fetch(folder, name, NODE_MAJOR);
  return path.join(installed, "node_modules", name, "bin", system === "win" ? "node.exe" : "node");
}

function findChromium() {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const places = [
    ...(process.env.PATH ?? "").split(path.delimiter).flatMap((place) => names.map((name) => path.join(place, name))),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ];
  const found = () => places.find((place) => existsSync(place));
  if (!found() && process.platform === "linux" && process.getuid() === 0) {
    console.log("Chromium: none on PATH, installing it with apt-get");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    try {
      execFileSync("apt-get", ["-qq", "update"], { env, stdio: "pipe" });
      execFileSync("apt-get", ["-qq", "-y", "--no-install-recommends", "install", "chromium"], { env, stdio: "pipe" });
    } catch (error) {
      throw new Unavailable(`apt-get could not install chromium: ${String(error.stderr ?? error).trim().split("\n").at(-1)}`);
    }
  }
  const chromium = found();
  if (!chromium) {
    throw new Unavailable("there is no Chromium on PATH, and only root could install it");
  }
  return chromium;
}

/** Does `work` unless `folder` has the mark that it was done to its end. */
function once(folder, mark, work) {
  const file = path.join(folder, `.${mark}`);
  if (!existsSync(file)) {
    console.log(`set-up: ${path.basename(folder)}`);
    work();
    writeFileSync(file, "");
  }
}
