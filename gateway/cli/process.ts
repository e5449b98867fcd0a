let stopped: Promise<void> | null = null;

/**
 * Resolves at SIGTERM or SIGINT, or when the process that started this one has gone (its channel closes).
 * Whoever starts something that takes time calls it first, so that an end in between is an orderly one too.
 */
export function untilStopped(): Promise<void> {
  stopped ??= new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    process.once('disconnect', () => resolve());
    // The channel must not keep a process alive that has nothing left to do.
    process.channel?.unref();
  });
  return stopped;
}
