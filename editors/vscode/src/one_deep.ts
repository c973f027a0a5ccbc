/** Repeated work that must not overlap with itself. */

/**
 * Wraps `work` so that one run goes on at a time and at most one more waits behind it.
 *
 * A call while nothing runs starts a run; a call while one runs waits for a second run that
 * starts afterwards; every further call shares that second run, since it begins after all of
 * them were made. A run that fails rejects for its own callers only.
 */
export function oneDeep(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let waiting: Promise<void> | undefined;

  const run = (): Promise<void> => {
    running = work().finally(() => {
      running = undefined;
    });
    return running;
  };

  return () => {
    if (waiting) {
      return waiting;
    }
    if (!running) {
      return run();
    }
    const next = () => {
      waiting = undefined;
      return run();
    };
    waiting = running.then(next, next);
    return waiting;
  };
}
