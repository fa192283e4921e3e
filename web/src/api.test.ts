import assert from 'node:assert/strict';
import test from 'node:test';
import { Api, Problem } from './api';
import { MemoryStore } from './memory-store';

type Answer = { status: number; body?: unknown };

/** Answers by path; records the calls. */
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

test('renews an expired access token once for all waiting calls', async () => {
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
  const api = new Api(new MemoryStore());
  await api.signIn('anna@example.org', 'password');
  valid = 'gone';
  const users = await Promise.all([api.me(), api.me(), api.me()]);
  assert.equal(users.length, 3);
  assert.equal(calls.filter((path) => path.endsWith('/refresh')).length, 1);
});

test('signs out when a refresh is refused', async () => {
  const tokens = new MemoryStore([['kith.session', 'yes']]);
  serve(() => ({ status: 401, body: { status: 401, title: 't', detail: 'sign in' } }));
  await assert.rejects(new Api(tokens).me(), Problem);
  assert.equal(tokens.size, 0);
});

test('a problem has its kind', async () => {
  const body = {
    type: 'urn:kith:problem:email-not-verified',
    status: 403,
    title: 't',
    detail: 'd',
  };
  serve(() => ({ status: 403, body }));
  const failed = await new Api(new MemoryStore()).signIn('', '').catch((p: unknown) => p);
  assert.ok(failed instanceof Problem && failed.kind === 'email-not-verified');
});

test('an accepted request has no body', async () => {
  serve(() => ({ status: 202 }));
  assert.equal(await new Api(new MemoryStore()).forgotPassword('a@example.org'), undefined);
});

test('a problem has its fields', async () => {
  serve(() => ({
    status: 422,
    body: {
      status: 422,
      title: 't',
      detail: 'd',
      errors: [{ field: 'email', message: 'is required' }],
    },
  }));
  const failed = await new Api(new MemoryStore())
    .signIn('', '')
    .catch((problem: unknown) => problem);
  assert.ok(failed instanceof Problem);
  assert.equal(failed.fields.get('email'), 'is required');
});

test('a failed connection is a problem', async () => {
  globalThis.fetch = () => Promise.reject(new TypeError('network'));
  const failed = await new Api(new MemoryStore())
    .signIn('', '')
    .catch((problem: unknown) => problem);
  assert.ok(failed instanceof Problem && failed.status === 0);
});

test('the expiry of the set-up link is a date', async () => {
  serve(() => ({ status: 200, body: { expires_at: '2026-11-30T13:45:00.000000Z' } }));
  const expiresAt = await new Api(new MemoryStore()).checkSetup('token');
  assert.equal(expiresAt.toISOString(), '2026-11-30T13:45:00.000Z');
});
