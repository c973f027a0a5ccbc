/** The running server: found, started, told about settings and trust, restarted. */

import * as os from "node:os";
import { statSync } from "node:fs";
import * as vscode from "vscode";
import {
  type ConfigurationParams,
  DidChangeConfigurationNotification,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  TransportKind,
} from "vscode-languageclient/node";
import { DOCUMENT_SELECTOR } from "./documents";
import { oneDeep } from "./one_deep";
import { CancellableProgress } from "./progress";
import { type EnvironmentChange, EnvironmentChanged } from "./protocol";
import { SECTION, serverSettings } from "./settings";
import { findServer, type ServerPath } from "./server_path";

export class Server implements vscode.Disposable {
  /** The client of the server that runs now, if one does. */
  client: LanguageClient | undefined;

  /** Ends the server if there is one and starts one; calls that overlap share what is to come. */
  readonly restart = oneDeep(async () => {
    await this.stop();
    await this.start();
  });

  private readonly started = new vscode.EventEmitter<LanguageClient>();
  /** A new client, before it is started: the moment to listen for the server's notifications. */
  readonly onWillStart = this.started.event;

  private readonly environments = new vscode.EventEmitter<EnvironmentChange>();
  /** The server says that the environment of an open file has changed. A client keeps only one listener for that. */
  readonly onDidChangeEnvironment = this.environments.event;

  private readonly progress = new CancellableProgress(() => this.client);
  private program: string | undefined;

  constructor(
    private readonly extensionFolder: string,
    private readonly output: vscode.LogOutputChannel,
  ) {}

  /** Ends the server. One that does not answer is killed by the client library. */
  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.program = undefined;
    this.progress.dispose();
    try {
      await client?.dispose();
    } catch (error) {
      this.output.warn(`The server did not end in order: ${error}`);
    }
  }

  /** The server's program may be another one now: restarts if it is. */
  async programMayHaveChanged(): Promise<void> {
    const found = this.find();
    if (found.found ? found.program !== this.program : this.program !== undefined) {
      await this.restart();
    }
  }

  /** Shows what the server and its installations have written. */
  showLog(): void {
    this.output.show();
  }

  /** Sends the settings and whether the workspace is trusted. */
  async sendSettings(): Promise<void> {
    if (this.client?.isRunning()) {
      const settings = { [SECTION]: serverSettings() };
      await this.client.sendNotification(DidChangeConfigurationNotification.type, { settings });
    }
  }

  dispose(): void {
    this.started.dispose();
    this.environments.dispose();
    this.progress.dispose();
  }

  private async start(): Promise<void> {
    const server = this.find();
    if (!server.found) {
      this.output.error(server.problem);
      void this.offerSettings(server.problem);
      return;
    }
    this.output.info(`Starting ${server.program} (${server.origin})`);
    this.program = server.program;
    const run = { command: server.program, args: ["server"], transport: TransportKind.stdio };
    this.client = new LanguageClient(SECTION, "venv-lsp", run, this.options());
    this.client.onNotification(EnvironmentChanged, (change) => this.environments.fire(change));
    this.started.fire(this.client);
    await this.client.start();
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: DOCUMENT_SELECTOR,
      outputChannel: this.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: () => serverSettings(),
      synchronize: { configurationSection: SECTION },
      middleware: {
        ...this.progress.middleware,
        workspace: {
          // VS Code's own answers do not know whether the workspace is trusted; ours always say it.
          configuration: async (params: ConfigurationParams, token, next) => {
            const answers = await next(params, token);
            return Array.isArray(answers)
              ? answers.map((answer, index) => {
                  const item = params.items[index];
                  const scope = item?.scopeUri ? vscode.Uri.parse(item.scopeUri) : undefined;
                  return item?.section === SECTION ? serverSettings(scope) : answer;
                })
              : answers;
          },
          didChangeConfiguration: () => this.sendSettings(),
        },
      },
    };
  }

  private find(): ServerPath {
    const setting = vscode.workspace.getConfiguration(SECTION).inspect<string | null>("server.path");
    return findServer({
      userSetting: setting?.globalValue,
      workspaceSetting: setting?.workspaceFolderValue ?? setting?.workspaceValue,
      trusted: vscode.workspace.isTrusted,
      extensionFolder: this.extensionFolder,
      searchPath: process.env["PATH"],
      home: os.homedir(),
      platform: process.platform,
      isFile: (candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile() ?? false,
    });
  }

  private async offerSettings(problem: string): Promise<void> {
    const open = "Open Settings";
    if ((await vscode.window.showErrorMessage(problem, open)) === open) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "venv-lsp.server.path");
    }
  }
}
