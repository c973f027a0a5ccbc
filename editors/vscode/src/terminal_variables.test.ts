import assert from "node:assert/strict";
import test from "node:test";
import type { Environment } from "./environment_text";
import { mutations } from "./terminal_variables";

const ENVIRONMENT: Environment = {
  path: "/home/ada/playground/.venv",
  kind: "venv",
  python: { version: "3.12.4", implementation: "cpython", executable: "/home/ada/playground/.venv/bin/python" },
  origin: "nearest",
  reason: "`.venv` one folder up",
  externally_managed: false,
  broken: false,
  variables: {
    set: { VIRTUAL_ENV: "/home/ada/playground/.venv" },
    prepend: { PATH: ["/home/ada/playground/.venv/bin"] },
    unset: ["PYTHONHOME"],
  },
  health: [],
};

const nothing = () => false;

test("a terminal gets what `activate` would give it", () => {
  assert.deepEqual(mutations(ENVIRONMENT, nothing, ":"), [
    { kind: "replace", variable: "VIRTUAL_ENV", value: "/home/ada/playground/.venv" },
    { kind: "prepend", variable: "PATH", value: "/home/ada/playground/.venv/bin:" },
  ]);
});

test("several folders stay in their order, with the platform's separator", () => {
  const variables = { set: {}, prepend: { PATH: ["C:\\envs\\a", "C:\\envs\\a\\Scripts"] }, unset: [] };
  assert.deepEqual(mutations({ ...ENVIRONMENT, variables }, nothing, ";"), [
    { kind: "prepend", variable: "PATH", value: "C:\\envs\\a;C:\\envs\\a\\Scripts;" },
  ]);
});

test("what must not be there is emptied only where it is there", () => {
  const emptied = mutations(ENVIRONMENT, (variable) => variable === "PYTHONHOME", ":");
  assert.deepEqual(emptied.at(-1), { kind: "replace", variable: "PYTHONHOME", value: "" });
});

test("nothing is activated that cannot be used", () => {
  assert.deepEqual(mutations(null, nothing, ":"), []);
  assert.deepEqual(mutations({ ...ENVIRONMENT, broken: true }, nothing, ":"), []);
  assert.deepEqual(mutations({ ...ENVIRONMENT, variables: null }, nothing, ":"), []);
});
