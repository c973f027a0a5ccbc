/** Progress that can be cancelled, in a notification with a Cancel button. */

import * as vscode from "vscode";
import {
  type LanguageClient,
  type Middleware,
  type ProgressToken,
  type WorkDoneProgressBegin,
  WorkDoneProgressCancelNotification,
  type WorkDoneProgressReport,
} from "vscode-languageclient/node";

interface Shown {
  report: (step: WorkDoneProgressReport) => void;
  end: () => void;
}

/**
 * Shows cancellable progress as a notification.
 *
 * The client library would put it into the status bar, where VS Code offers no way to cancel.
 * Other progress stays with the library.
 */
export class CancellableProgress implements vscode.Disposable {
  private readonly shown = new Map<ProgressToken, Shown>();

  constructor(private readonly client: () => LanguageClient | undefined) {}

  readonly middleware: Required<Pick<Middleware, "handleWorkDoneProgress">> = {
    handleWorkDoneProgress: (token, step, next) => {
      if (step.kind === "begin" && step.cancellable) {
        this.begin(token, step);
      } else if (step.kind === "report" && this.shown.has(token)) {
        this.shown.get(token)?.report(step);
      } else {
        this.end(token);
        // The end goes to the library in any case: it listens until it has seen one.
        next(token, step);
      }
    },
  };

  /** Takes down what a server that is gone will never end. */
  dispose(): void {
    for (const token of [...this.shown.keys()]) {
      this.end(token);
    }
  }

  private begin(token: ProgressToken, start: WorkDoneProgressBegin): void {
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    let percentage = 0;
    let show = (_step: WorkDoneProgressBegin | WorkDoneProgressReport) => {};
    this.shown.set(token, { report: (step) => show(step), end });

    const options = { location: vscode.ProgressLocation.Notification, title: start.title, cancellable: true };
    void vscode.window.withProgress(options, (progress, cancelled) => {
      cancelled.onCancellationRequested(() => {
        void this.client()?.sendNotification(WorkDoneProgressCancelNotification.type, { token });
      });
      show = (step) => {
        const increment = step.percentage === undefined ? 0 : Math.max(0, step.percentage - percentage);
        percentage += increment;
        progress.report({ ...(step.message === undefined ? {} : { message: step.message }), increment });
      };
      show(start);
      return ended;
    });
  }

  private end(token: ProgressToken): void {
    this.shown.get(token)?.end();
    this.shown.delete(token);
  }
}
