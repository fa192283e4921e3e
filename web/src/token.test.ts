import assert from 'node:assert/strict';
import test from 'node:test';
import { MemoryStore } from './memory-store';
import { keepToken } from './token';

test('a token survives a reload that has lost it from the address', () => {
  const tab = new MemoryStore();
  assert.equal(keepToken(tab, 'setup', 'first'), 'first');
  assert.equal(keepToken(tab, 'setup', ''), 'first');
});

test('a newer link replaces the token', () => {
  const tab = new MemoryStore([['setup', 'first']]);
  assert.equal(keepToken(tab, 'setup', 'second'), 'second');
  assert.equal(keepToken(tab, 'setup', ''), 'second');
});

test('pages keep their tokens apart', () => {
  const tab = new MemoryStore([['setup', 'first']]);
  assert.equal(keepToken(tab, 'reset', ''), '');
});
