// What the server offers to new users, in words.
import type { Site } from './api';
import { element } from './dom';

/** Who can create an account; null: everyone who reaches the server. */
export function signupRule({ signup, signup_domains: domains }: Site): string | null {
  if (signup === 'open') return null;
  if (signup === 'closed') return 'An administrator creates the accounts on this server.';
  const list = new Intl.ListFormat('en', { type: 'disjunction' }).format(domains);
  return `For e-mail addresses at ${list}.`;
}

/** Where the set-up link is, and how to get a new one. */
export function setupLinkHelp(): HTMLElement {
  const where = (what: string, command: string | null): HTMLElement =>
    element('li', {}, what, ...(command === null ? [] : [' ', element('code', {}, command)]));
  return element(
    'div',
    {},
    element('p', {}, 'The server prints the set-up link when it starts:'),
    element(
      'ul',
      { class: 'facts' },
      where('in a terminal: in the line “Kith is ready at …”', null),
      where('Debian package:', 'journalctl -u kith | grep setup'),
      where('Docker Compose:', 'docker compose logs kith | grep setup'),
    ),
    element(
      'p',
      {},
      'The link works once, for 30 minutes. Restart Kith to get a new link, or create the ' +
        'administrator on the server with ',
      element('code', {}, 'kith user add you@example.org --admin'),
      '.',
    ),
  );
}
