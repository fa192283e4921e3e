// The token of a one-time link: it leaves the address bar and the history, but survives a reload.
import type { SessionStore } from './api';

/** The token in the address, else the one that this tab has kept under `key`, else ''. */
export function keepToken(store: SessionStore, key: string, inAddress: string): string {
  if (inAddress !== '') store.setItem(key, inAddress);
  return inAddress === '' ? (store.getItem(key) ?? '') : inAddress;
}
