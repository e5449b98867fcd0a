/** Members that may be absent: a type in which they are optional, and never present as `undefined`. */
type Known<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The same object without the members that are `undefined`, in the same order: JSON has no such value. */
export function known<T extends object>(members: T): Known<T> {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Known<T>;
}
