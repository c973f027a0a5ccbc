/** Where the server's program is. Pure: everything that it looks at comes in as an argument. */

import * as path from "node:path";

/** What the search looks at. */
export interface Surroundings {
  /** `venv-lsp.server.path` from the user's settings. */
  userSetting: string | null | undefined;
  /** `venv-lsp.server.path` from the settings of the workspace or of one of its folders. */
  workspaceSetting: string | null | undefined;
  /** Whether the workspace is trusted. */
  trusted: boolean;
  /** The folder that the extension is installed in. */
  extensionFolder: string;
  /** The value of the variable `PATH`. */
  searchPath: string | undefined;
  /** The user's home folder, for a leading `~`. */
  home: string;
  platform: NodeJS.Platform;
  isFile: (candidate: string) => boolean;
}

/** The program and where it came from, or a message for the user. */
export type ServerPath =
  | { found: true; program: string; origin: "setting" | "bundled" | "PATH" }
  | { found: false; problem: string };

/**
 * Finds the server's program. The first of these that applies decides:
 *
 * 1. the setting `venv-lsp.server.path`; the workspace's value before the user's,
 *    but in a workspace that is not trusted only the user's. A path that leads nowhere is an
 *    error, not a reason to look further: whoever set it wants that program and no other;
 * 2. `server/venv-lsp` in the extension's own folder, which a packaged extension carries;
 * 3. `venv-lsp` in the folders of `PATH`. Relative folders are passed over, they would
 *    mean whatever folder VS Code was started in;
 * 4. nothing: a message that says what to do.
 *
 * On Windows the program is `venv-lsp.exe`.
 */
export function findServer(around: Surroundings): ServerPath {
  const paths = around.platform === "win32" ? path.win32 : path.posix;
  const program = around.platform === "win32" ? "venv-lsp.exe" : "venv-lsp";

  const setting = (around.trusted && around.workspaceSetting) || around.userSetting;
  if (setting) {
    const configured = /^~[\\/]/.test(setting) ? paths.join(around.home, setting.slice(2)) : setting;
    if (!paths.isAbsolute(configured)) {
      return {
        found: false,
        problem: `The setting \`venv-lsp.server.path\` is \`${setting}\`, which is not an absolute path; write the whole path, or remove the setting to use the server that comes with the extension`,
      };
    }
    return around.isFile(configured)
      ? { found: true, program: configured, origin: "setting" }
      : {
          found: false,
          problem: `The setting \`venv-lsp.server.path\` is \`${setting}\`, but there is no such file; correct it, or remove it to use the server that comes with the extension`,
        };
  }

  const bundled = paths.join(around.extensionFolder, "server", program);
  if (around.isFile(bundled)) {
    return { found: true, program: bundled, origin: "bundled" };
  }

  for (const folder of (around.searchPath ?? "").split(paths.delimiter)) {
    const candidate = paths.join(folder, program);
    if (paths.isAbsolute(folder) && around.isFile(candidate)) {
      return { found: true, program: candidate, origin: "PATH" };
    }
  }

  return {
    found: false,
    problem: `No \`${program}\`: this build of the extension carries none and \`PATH\` has none; install venv-lsp, or set \`venv-lsp.server.path\` to the program`,
  };
}
