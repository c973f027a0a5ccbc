/** The server's answers about environments, and how they read in one narrow line. Pure. */

import type { Variables } from "./terminal_variables";

/** One environment. */
export interface Environment {
  path: string;
  kind: string;
  python: { version: string | null; implementation: string | null; executable: string | null } | null;
  /** How it was found, in one word of the server's. */
  origin: string;
  /** Where it was found and why it serves the file, in words. */
  reason: string;
  externally_managed: boolean;
  /** Whether nothing can be run in it or installed into it; `health` says why. */
  broken: boolean;
  /** What it takes to run in it; nothing where nothing could be read of it. */
  variables: Variables | null;
  health: { code: string; message: string }[];
}

/** One environment that was considered for a file. */
export interface Candidate {
  path: string;
  origin: string;
  reason: string;
  chosen: boolean;
}

/** The answer to `venv-lsp/environment`. */
export interface EnvironmentAnswer {
  path: string;
  environment: Environment | null;
  candidates: Candidate[];
  /** The others that there are to choose from, if they were asked for. */
  environments?: Described[];
}

/** One environment that there is to choose from. */
export interface Described {
  path: string;
  kind: string;
  python: { version: string | null };
  broken: boolean;
}

/** The last part of a path with either separator: `.venv`. */
export function shortName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}

/** `.venv · Python 3.12`, or `No environment`. */
export function title(environment: Environment | null): string {
  if (!environment) {
    return "No environment";
  }
  const version = environment.python?.version?.split(".").slice(0, 2).join(".");
  return version ? `${shortName(environment.path)} · Python ${version}` : shortName(environment.path);
}

/** Where the environment came from and what is wrong with it, if anything is; its name is in the title already. */
export function detail(environment: Environment | null): string {
  if (!environment) {
    return "Nothing serves this file";
  }
  const named = `\`${shortName(environment.path)}\` `;
  const reason = environment.reason.startsWith(named) ? environment.reason.slice(named.length) : environment.reason;
  return plain([reason, ...environment.health.map((problem) => problem.message)].join(" · "));
}

/** The server's words where VS Code shows no Markdown: without the backticks around names. */
export function plain(words: string): string {
  return words.replaceAll("`", "");
}
