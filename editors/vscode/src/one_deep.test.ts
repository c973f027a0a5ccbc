import assert from "node:assert/strict";
import test from "node:test";
import { oneDeep } from "./one_deep";

/** Work whose runs end when the test says so. */
function controlled() {
  const runs: { end: () => void; fail: (error: Error) => void }[] = [];
  const request = oneDeep(() => new Promise((end, fail) => runs.push({ end, fail })));
  return { runs, request };
}

test("calls during a run share one run after it", async () => {
  const { runs, request } = controlled();
  const first = request();
  const second = request();
  const third = request();
  assert.equal(runs.length, 1);
  assert.equal(second, third);
  runs[0].end();
  await first;
  await Promise.resolve();
  assert.equal(runs.length, 2);
  runs[1].end();
  await Promise.all([second, third]);
  assert.equal(runs.length, 2);
});

test("a call during the second run waits for a third", async () => {
  const { runs, request } = controlled();
  const first = request();
  const second = request();
  runs[0].end();
  await first;
  await Promise.resolve();
  const third = request();
  assert.notEqual(second, third);
  runs[1].end();
  await second;
  await Promise.resolve();
  assert.equal(runs.length, 3);
  runs[2].end();
  await third;
});

test("a failed run rejects for its callers and does not hold up the next", async () => {
  const { runs, request } = controlled();
  const first = request();
  const second = request();
  runs[0].fail(new Error("no server"));
  await assert.rejects(first, /no server/);
  await Promise.resolve();
  assert.equal(runs.length, 2);
  runs[1].end();
  await second;
});
