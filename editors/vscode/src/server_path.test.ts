import assert from "node:assert/strict";
import test from "node:test";
import { findServer, type Surroundings } from "./server_path";

const BUNDLED = "/ext/server/venv-lsp";

function find(files: string[], change: Partial<Surroundings> = {}) {
  return findServer({
    userSetting: null,
    workspaceSetting: null,
    trusted: true,
    extensionFolder: "/ext",
    searchPath: "/usr/local/bin:/usr/bin",
    home: "/home/ada",
    platform: "linux",
    isFile: (candidate) => files.includes(candidate),
    ...change,
  });
}

test("the setting comes before the bundled program and PATH", () => {
  const all = ["/opt/venv-lsp", BUNDLED, "/usr/bin/venv-lsp"];
  assert.deepEqual(find(all, { userSetting: "/opt/venv-lsp" }), {
    found: true,
    program: "/opt/venv-lsp",
    origin: "setting",
  });
});

test("the bundled program comes before PATH, PATH in its own order", () => {
  const onPath = ["/usr/bin/venv-lsp", "/usr/local/bin/venv-lsp"];
  assert.deepEqual(find([BUNDLED, ...onPath]), { found: true, program: BUNDLED, origin: "bundled" });
  assert.deepEqual(find(onPath), { found: true, program: "/usr/local/bin/venv-lsp", origin: "PATH" });
});

test("the workspace's setting counts only in a trusted workspace", () => {
  const change = { userSetting: "/opt/venv-lsp", workspaceSetting: "/repo/tools/venv-lsp" };
  const all = ["/opt/venv-lsp", "/repo/tools/venv-lsp", BUNDLED];
  const programOf = (trusted: boolean, more: Partial<Surroundings> = {}) => {
    const result = find(all, { ...change, trusted, ...more });
    return result.found ? result.program : result.problem;
  };
  assert.equal(programOf(true), "/repo/tools/venv-lsp");
  assert.equal(programOf(false), "/opt/venv-lsp");
  assert.equal(programOf(false, { userSetting: null }), BUNDLED);
});

test("a setting that leads nowhere is reported, nothing else is tried", () => {
  const result = find([BUNDLED], { userSetting: "/opt/gone" });
  assert.ok(!result.found);
  assert.match(result.problem, /`\/opt\/gone`, but there is no such file/);
});

test("a relative setting is reported", () => {
  const result = find(["bin/venv-lsp", BUNDLED], { workspaceSetting: "bin/venv-lsp" });
  assert.ok(!result.found);
  assert.match(result.problem, /not an absolute path/);
});

test("a leading ~ is the home folder", () => {
  const result = find(["/home/ada/bin/venv-lsp"], { userSetting: "~/bin/venv-lsp" });
  assert.ok(result.found && result.program === "/home/ada/bin/venv-lsp");
});

test("an empty setting is no setting", () => {
  const result = find([BUNDLED], { userSetting: "", workspaceSetting: "" });
  assert.ok(result.found && result.origin === "bundled");
});

test("relative folders of PATH are passed over", () => {
  const result = find(["venv-lsp", "bin/venv-lsp", "/usr/bin/venv-lsp"], { searchPath: ":.:bin:/usr/bin" });
  assert.ok(result.found && result.program === "/usr/bin/venv-lsp");
});

test("Windows: its separators and venv-lsp.exe", () => {
  const windows = { platform: "win32" as const, extensionFolder: "C:\\ext", searchPath: "C:\\tools;D:\\bin" };
  const bundled = find(["C:\\ext\\server\\venv-lsp.exe"], windows);
  assert.ok(bundled.found && bundled.origin === "bundled");
  const onPath = find(["D:\\bin\\venv-lsp.exe"], windows);
  assert.ok(onPath.found && onPath.program === "D:\\bin\\venv-lsp.exe");
});

test("nothing found: the message says what to do", () => {
  for (const searchPath of ["/usr/bin", "", undefined]) {
    const result = find([], { searchPath });
    assert.ok(!result.found);
    assert.match(result.problem, /install venv-lsp, or set `venv-lsp\.server\.path`/);
  }
});
