// Where VS Code starts a suite in its extension host. The results go to a file: the host has no exit status to
// give, and its log is full of VS Code talking about itself.

const { writeFileSync } = require("node:fs");
const path = require("node:path");

exports.run = async () => {
  const Mocha = require(require.resolve("mocha", { paths: [process.env.VENV_LSP_TEST_MOCHA] }));
  const mocha = new Mocha({ timeout: 120_000, reporter: "min" });
  mocha.addFile(path.join(__dirname, process.env.VENV_LSP_TEST_SUITE));
  const results = [];
  await new Promise((resolve) => {
    const runner = mocha.run(resolve);
    runner.on("pass", (test) => results.push({ title: test.fullTitle(), took: test.duration }));
    runner.on("fail", (test, error) => results.push({ title: test.fullTitle(), error: error.stack ?? String(error) }));
  });
  writeFileSync(process.env.VENV_LSP_TEST_RESULTS, JSON.stringify(results));
};
