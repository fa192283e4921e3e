// A session store for tests.
import type { SessionStore } from './api';

export class MemoryStore extends Map<string, string> implements SessionStore {
  getItem(key: string): string | null {
    return this.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.set(key, value);
  }
  removeItem(key: string): void {
    this.delete(key);
  }
}
