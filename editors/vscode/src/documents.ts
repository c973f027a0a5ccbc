/** Which files venv-lsp speaks about. The server recognises them by name; the language id plays no part. */

/** Globs of requirements files; `package.json` gives them the language `pip-requirements`. */
export const REQUIREMENTS_PATTERNS = [
  "**/requirements*.txt",
  "**/*requirements.txt",
  "**/requirements*.in",
  "**/requirements/*.txt",
  "**/requirements/*.in",
  "**/constraints*.txt",
];

/** Globs of the other files that ask for distributions, and of pip's configuration. Their languages belong to VS Code and other extensions. */
export const PROJECT_PATTERNS = [
  "**/pyproject.toml",
  "**/pylock.toml",
  "**/pylock.*.toml",
  "**/Pipfile",
  "**/setup.cfg",
  "**/environment*.yml",
  "**/environment*.yaml",
  "**/*environment.yml",
  "**/*environment.yaml",
  "**/pip.conf",
  "**/pip.ini",
];

/** Any Python file may say in a block of comments what it needs, and every one has an environment. */
const PYTHON_PATTERNS = ["**/*.py", "**/*.pyw"];

/** All of them as a selector. Files only: an environment serves a place on the disk. */
export const DOCUMENT_SELECTOR = [...REQUIREMENTS_PATTERNS, ...PROJECT_PATTERNS, ...PYTHON_PATTERNS].map((pattern) => ({
  scheme: "file",
  pattern,
}));
