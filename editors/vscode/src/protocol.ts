/** What venv-lsp adds to the Language Server Protocol, as far as this client uses it. */

import { NotificationType, RequestType } from "vscode-languageclient/node";
import type { Environment, EnvironmentAnswer } from "./environment_text";

/** Which environment serves a file, why, and what else was considered. */
export const EnvironmentRequest = new RequestType<{ uri: string }, EnvironmentAnswer, void>("venv-lsp/environment");

/** The environment of an open file is another one now, or has changed inside. */
export const EnvironmentChanged = new NotificationType<{ uri: string; environment: Environment | null }>(
  "venv-lsp/environmentChanged",
);

/** Commands that the server carries out; each takes one object. */
export const SELECT_ENVIRONMENT = "venv-lsp.selectEnvironment";
