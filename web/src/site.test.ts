import assert from 'node:assert/strict';
import test from 'node:test';
import type { Site } from './api';
import { signupRule } from './site';

const site: Site = {
  version: '0.1.0',
  has_administrator: true,
  signup: 'open',
  signup_domains: [],
};

test('an open sign-up has no rule', () => {
  assert.equal(signupRule(site), null);
});

test('a closed sign-up names the administrator', () => {
  assert.match(signupRule({ ...site, signup: 'closed' }) ?? '', /administrator/);
});

test('a sign-up for some domains names them', () => {
  const domains = ['example.org', 'example.net'];
  const rule = signupRule({ ...site, signup: 'domains', signup_domains: domains });
  assert.equal(rule, 'For e-mail addresses at example.org or example.net.');
});
