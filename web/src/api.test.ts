import assert from 'node:assert/strict';
import test from 'node:test';
import { Api, Problem } from './api';

type Answer = { status: number; body?: unknown };

class MemorySession extends Map<string, string> {
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

/** Answers by path; notes the calls. */
function serve(answers: (path: string, authorization: string | undefined) => Answer): string[] {
  const calls: string[] = [];
  globalThis.fetch = async (path, request) => {
    calls.push(String(path));
    const headers = request?.headers as Record<string, string>;
    const { status, body } = answers(String(path), headers['Authorization']);
    return new Response(body === undefined ? null : JSON.stringify(body), { status });
  };
  return calls;
}

test('an expired access token is renewed once for all calls that wait', async () => {
  let valid = 'old';
  const calls = serve((path, authorization) => {
    if (path.includes('/login?session=cookie'))
      return { status: 200, body: { access_token: 'old', refresh_token: null } };
    if (path.endsWith('/refresh')) {
      valid = 'new';
      return { status: 200, body: { access_token: 'new', refresh_token: null } };
    }
    if (authorization !== `Bearer ${valid}`)
      return { status: 401, body: { status: 401, title: 't', detail: 'd' } };
    return { status: 200, body: { username: 'Anna' } };
  });
  const api = new Api(new MemorySession());
  await api.signIn('anna@example.org', 'password');
  valid = 'gone';
  const users = await Promise.all([api.me(), api.me(), api.me()]);
  assert.equal(users.length, 3);
  assert.equal(calls.filter((path) => path.endsWith('/refresh')).length, 1);
});

test('a refused refresh signs out', async () => {
  const tokens = new MemorySession([['kith.session', 'yes']]);
  serve(() => ({ status: 401, body: { status: 401, title: 't', detail: 'sign in' } }));
  await assert.rejects(new Api(tokens).me(), Problem);
  assert.equal(tokens.size, 0);
});

test('a problem tells its kind', async () => {
  const body = {
    type: 'urn:kith:problem:email-not-verified',
    status: 403,
    title: 't',
    detail: 'd',
  };
  serve(() => ({ status: 403, body }));
  const failed = await new Api(new MemorySession()).signIn('', '').catch((p: unknown) => p);
  assert.ok(failed instanceof Problem && failed.kind === 'email-not-verified');
});

test('what was accepted has no body', async () => {
  serve(() => ({ status: 202 }));
  assert.equal(await new Api(new MemorySession()).forgotPassword('a@example.org'), undefined);
});

test('a problem tells its fields', async () => {
  serve(() => ({
    status: 422,
    body: {
      status: 422,
      title: 't',
      detail: 'd',
      errors: [{ field: 'email', message: 'is required' }],
    },
  }));
  const failed = await new Api(new MemorySession())
    .signIn('', '')
    .catch((problem: unknown) => problem);
  assert.ok(failed instanceof Problem);
  assert.equal(failed.fields.get('email'), 'is required');
});

test('no answer is a problem too', async () => {
  globalThis.fetch = () => Promise.reject(new TypeError('network'));
  const failed = await new Api(new MemorySession())
    .signIn('', '')
    .catch((problem: unknown) => problem);
  assert.ok(failed instanceof Problem && failed.status === 0);
});
