import assert from 'node:assert/strict';
import test from 'node:test';
import type { Celebration, Contact } from './api';
import { celebrationText, daysLeft, displayName, initials } from './format';

const blank: Contact = {
  id: '',
  first_name: null,
  last_name: null,
  email: null,
  phone: null,
  birthday: null,
  favorite: false,
  notes: null,
};

test('a name is what there is of it', () => {
  assert.equal(displayName({ ...blank, first_name: 'Anna', last_name: 'Krüger' }), 'Anna Krüger');
  assert.equal(displayName({ ...blank, last_name: '王' }), '王');
});

test('initials are whole characters', () => {
  assert.equal(initials({ ...blank, first_name: 'élodie', last_name: 'ß' }), 'ÉSS');
  assert.equal(initials({ ...blank, first_name: '😀x' }), '😀');
});

test('days and ages', () => {
  assert.deepEqual([0, 1, 5].map(daysLeft), ['today', 'tomorrow', 'in 5 days']);
  const celebration: Celebration = {
    ...blank,
    next_birthday: '2027-01-01',
    days_left: 5,
    turns: 40,
  };
  assert.equal(celebrationText(celebration), 'in 5 days, turns 40');
  assert.equal(celebrationText({ ...celebration, turns: null }), 'in 5 days');
});
