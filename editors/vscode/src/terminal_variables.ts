/** What a terminal has to find in its variables to run in an environment, in the terms of VS Code. Pure. */

import type { Environment } from "./environment_text";

/** What the server names for activating an environment. */
export interface Variables {
  set: Record<string, string>;
  /** Folders that belong in front of the variable, in this order. */
  prepend: Record<string, string[]>;
  unset: string[];
}

/** One change of a terminal's variables. */
export interface Mutation {
  kind: "replace" | "prepend";
  variable: string;
  value: string;
}

/**
 * The changes that activate `environment`; none where it cannot be used.
 *
 * VS Code can take no variable away. An empty one is what Python and pip take for none, and is set only where
 * `inherited` says that there would be a value.
 */
export function mutations(
  environment: Environment | null,
  inherited: (variable: string) => boolean,
  delimiter: string,
): Mutation[] {
  if (!environment?.variables || environment.broken) {
    return [];
  }
  const { set, prepend, unset } = environment.variables;
  return [
    ...Object.entries(set).map(([variable, value]) => ({ kind: "replace" as const, variable, value })),
    ...Object.entries(prepend).map(([variable, folders]) => {
      const value = folders.map((folder) => folder + delimiter).join("");
      return { kind: "prepend" as const, variable, value };
    }),
    ...unset.filter(inherited).map((variable) => ({ kind: "replace" as const, variable, value: "" })),
  ];
}
