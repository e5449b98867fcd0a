/** Resolves at SIGTERM or SIGINT, or when the process that started this one has gone (its channel closes). */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    process.once('disconnect', () => resolve());
    // The channel must not keep a process alive that has nothing left to do.
    process.channel?.unref();
  });
}
