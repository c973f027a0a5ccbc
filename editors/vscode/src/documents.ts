/** Which files venv-lsp speaks about. The server recognises them by name; the language id plays no part. */

/** Globs of the files that ask for distributions; `package.json` gives them the language `pip-requirements`. */
export const FILE_PATTERNS = [
  "**/requirements*.txt",
  "**/*requirements.txt",
  "**/requirements*.in",
  "**/requirements/*.txt",
  "**/requirements/*.in",
  "**/constraints*.txt",
];

/** The same as a selector. Files only: an environment serves a place on the disk. */
export const DOCUMENT_SELECTOR = FILE_PATTERNS.map((pattern) => ({ scheme: "file", pattern }));
