import assert from "node:assert/strict";
import test from "node:test";
import { detail, shortName, title, type Environment } from "./environment_text";

const ENVIRONMENT: Environment = {
  path: "/home/ada/playground/.venv",
  kind: "venv",
  python: { version: "3.12.4", implementation: "CPython", executable: "/home/ada/playground/.venv/bin/python" },
  origin: "nearest",
  reason: "`.venv` one folder up",
  externally_managed: false,
  broken: false,
  variables: null,
  health: [],
};

test("an environment reads as its name, its Python and where it was found", () => {
  assert.equal(title(ENVIRONMENT), ".venv · Python 3.12");
  assert.equal(detail(ENVIRONMENT), "one folder up");
});

test("what is wrong with it is said", () => {
  const health = [{ code: "environment-broken", message: "its Python is gone" }];
  assert.equal(detail({ ...ENVIRONMENT, health }), "one folder up · its Python is gone");
});

test("a reason that begins with something else stays whole", () => {
  const reason = "`VIRTUAL_ENV` of the server's own environment";
  assert.equal(detail({ ...ENVIRONMENT, reason }), "VIRTUAL_ENV of the server's own environment");
});

test("an environment without a known Python says its name alone", () => {
  assert.equal(title({ ...ENVIRONMENT, python: null }), ".venv");
});

test("no environment", () => {
  assert.equal(title(null), "No environment");
  assert.equal(detail(null), "Nothing serves this file");
});

test("names of folders with either separator", () => {
  assert.equal(shortName("C:\\work\\.venv"), ".venv");
  assert.equal(shortName("/home/u/env/"), "env");
});
