/** What venv-lsp adds to the Language Server Protocol, as far as this client uses it. */

import { NotificationType, RequestType } from "vscode-languageclient/node";
import type { Environment, EnvironmentAnswer } from "./environment_text";

/** Which environment serves a file, why, and what else was considered; with `all` what else there is to choose from. */
export const EnvironmentRequest = new RequestType<{ uri: string; all?: boolean }, EnvironmentAnswer, void>(
  "venv-lsp/environment",
);

/** The environment of an open file is another one now, or has changed inside. */
export const EnvironmentChanged = new NotificationType<EnvironmentChange>("venv-lsp/environmentChanged");

/** Of which file, and which one it is now. */
export interface EnvironmentChange {
  uri: string;
  environment: Environment | null;
}

/** Commands that the server carries out; each takes one object. */
export const SELECT_ENVIRONMENT = "venv-lsp.selectEnvironment";
export const CREATE_ENVIRONMENT = "venv-lsp.createEnvironment";
export const REPAIR_ENVIRONMENT = "venv-lsp.repairEnvironment";
