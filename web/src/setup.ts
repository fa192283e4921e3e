// The page behind the one-time link: makes the first administrator.
import { Api } from './api';
import { byId, element } from './dom';
import { makeForm } from './form';

// The token is in the fragment, which no server and no log sees; it leaves the address bar too.
const token = window.location.hash.slice(1);
window.history.replaceState(null, '', window.location.pathname);

function card(title: string, ...children: Node[]): HTMLElement {
  return element('section', { class: 'card narrow' }, element('h2', {}, title), ...children);
}

function done(): HTMLElement {
  return card(
    'Welcome to Kith',
    element('p', {}, 'You are the administrator now.'),
    element('p', {}, element('a', { href: '/' }, 'Sign in')),
  );
}

function setupForm(): HTMLFormElement {
  return makeForm({
    fields: [
      { name: 'username', label: 'Your name', autocomplete: 'name', required: true },
      { name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username', required: true },
      {
        name: 'password',
        label: 'Password (8 characters at least)',
        type: 'password',
        autocomplete: 'new-password',
        required: true,
        minlength: 8,
      },
    ],
    submit: 'Create administrator',
    run: async ({ username = '', email = '', password = '' }) => {
      await new Api(window.localStorage).setUp(token, username, email, password);
      byId('main').replaceChildren(done());
    },
  });
}

function missingLink(): HTMLElement {
  const text =
    'The server prints this link when it starts without an administrator. Start it again for a ' +
    'new one, or run: kith user add you@example.org --admin';
  return card('This link is not complete', element('p', {}, text));
}

byId('main').replaceChildren(
  token === '' ? missingLink() : card('First administrator', setupForm()),
);
