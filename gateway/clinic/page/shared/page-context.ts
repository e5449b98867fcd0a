import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Api } from './api.ts';
import type { Ports } from './ports.ts';

/** What every part of the page may reach: the world outside and the gateway. */
export interface Page {
  ports: Ports;
  api: Api;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('no PageContext');
  return page;
}
