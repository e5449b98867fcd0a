/** Resolves at SIGTERM or SIGINT, or when the process that started this one has gone (its pipe closes). */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}
