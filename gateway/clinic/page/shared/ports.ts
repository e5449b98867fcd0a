/** The part of `sessionStorage` the page uses. */
export interface KeyValueStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Everything that is not a function of its arguments, handed in by main.tsx. */
export interface Ports {
  fetch(path: string, init: RequestInit): Promise<Response>;
  events(path: string): EventSource;
  newId(): string;
  ticks(): number;
  wait(ms: number): Promise<void>;
  storage: KeyValueStore;
}
