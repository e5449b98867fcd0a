import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Api } from './api.ts';

/** The part of `sessionStorage` the page uses. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Everything that is not a function of its arguments, handed in by main.tsx. */
export interface Outside {
  fetch(path: string, init: RequestInit): Promise<Response>;
  events(path: string): EventSource;
  newId(): string;
  ticks(): number;
  wait(ms: number): Promise<void>;
  shelf: Shelf;
}

export interface Around {
  outside: Outside;
  api: Api;
}

export const AroundContext = createContext<Around | null>(null);

export function useAround(): Around {
  const around = useContext(AroundContext);
  if (!around) throw new Error('no AroundContext');
  return around;
}
