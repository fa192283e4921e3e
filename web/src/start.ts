// The start page: what this is, signing in, one's contacts.
import { Api, Problem } from './api';
import { contactsView } from './contacts-view';
import { byId, element } from './dom';
import { makeForm, type FieldOptions } from './form';

const api = new Api(window.localStorage);

const emailField: FieldOptions = {
  name: 'email',
  label: 'E-mail',
  type: 'email',
  autocomplete: 'username',
  required: true,
};

/** Told to who has proved to know the password, but not to read the mails of the address. */
function showUnverified(email: string): void {
  const told = element('p', { class: 'note', role: 'status' });
  const again = element(
    'button',
    { class: 'quiet', type: 'button', onclick: () => void sendAgain() },
    'Send it again',
  );
  const sendAgain = async (): Promise<void> => {
    again.disabled = true;
    told.textContent = await api.resendVerification(email).then(
      () => 'Another mail is on its way.',
      (problem: Problem) => problem.message,
    );
    again.disabled = false;
  };
  const back = element(
    'button',
    { type: 'button', onclick: showWelcome },
    'I have confirmed it: sign in',
  );
  byId('main').replaceChildren(
    element(
      'section',
      { class: 'card narrow' },
      element('h2', {}, 'Confirm your e-mail address'),
      element(
        'p',
        {},
        `If ${email} is new here, a mail with a link was sent to it. Open it, then sign in.`,
      ),
      told,
      element('div', { class: 'actions' }, again, back),
    ),
  );
}

/** Shows the contacts once `work` has signed in. */
async function enter(email: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.kind !== 'email-not-verified') throw problem;
    return showUnverified(email);
  }
  await showContacts();
}

function signInForm(): HTMLFormElement {
  return makeForm({
    fields: [
      emailField,
      {
        name: 'password',
        label: 'Password',
        type: 'password',
        autocomplete: 'current-password',
        required: true,
      },
    ],
    submit: 'Sign in',
    run: ({ email = '', password = '' }) => enter(email, api.signIn(email, password)),
  });
}

function signUpForm(): HTMLFormElement {
  return makeForm({
    fields: [
      { name: 'username', label: 'Your name', autocomplete: 'name', required: true },
      emailField,
      {
        name: 'password',
        label: 'Password (8 characters at least)',
        type: 'password',
        autocomplete: 'new-password',
        required: true,
        minlength: 8,
      },
    ],
    submit: 'Create account',
    run: async ({ username = '', email = '', password = '' }) => {
      const made = await api.signUp(username, email, password);
      if (made) await enter(email, api.signIn(email, password));
      else showUnverified(email);
    },
  });
}

function accessCard(): HTMLElement {
  const card = element('section', { class: 'card' });
  const show = (title: string, form: HTMLFormElement, other: string, next: () => void): void => {
    const turn = element('button', { class: 'plain', type: 'button', onclick: next }, other);
    const forgot = element('a', { href: '/auth/forgot' }, 'Forgot your password?');
    card.replaceChildren(
      element('h2', {}, title),
      form,
      element('p', { class: 'note' }, turn, ' ', forgot),
    );
  };
  const signIn = (): void => show('Sign in', signInForm(), 'Create an account instead', signUp);
  const signUp = (): void => show('Create an account', signUpForm(), 'I have an account', signIn);
  signIn();
  return card;
}

function showWelcome(): void {
  byId('who').replaceChildren();
  const text = element(
    'section',
    {},
    element('h1', {}, 'Your contacts, at home'),
    element(
      'p',
      { class: 'lead' },
      'Kith keeps the address book of your family, your team or your program on ' +
        'your own machine.',
    ),
    element(
      'ul',
      { class: 'facts' },
      element(
        'li',
        {},
        'Find anybody by any part of a name, an e-mail or a phone, however it was typed.',
      ),
      element('li', {}, 'Birthdays of the next days, 29 February and unknown years included.'),
      element(
        'li',
        {},
        'A REST API with an ',
        element('a', { href: '/openapi.json' }, 'OpenAPI document'),
        ': try it at ',
        element('a', { href: '/docs' }, '/docs'),
        ', read it at ',
        element('a', { href: '/redoc' }, '/redoc'),
        '.',
      ),
    ),
  );
  byId('main').replaceChildren(element('div', { class: 'welcome' }, text, accessCard()));
}

async function signOut(): Promise<void> {
  try {
    await api.signOut();
    showWelcome();
  } catch (problem) {
    window.alert(problem instanceof Problem ? problem.message : 'You are still signed in.');
  }
}

async function showContacts(): Promise<void> {
  const me = await api.me();
  const button = element(
    'button',
    { class: 'quiet', type: 'button', onclick: () => void signOut() },
    'Sign out',
  );
  byId('who').replaceChildren(element('span', { dir: 'auto' }, me.username), button);
  byId('main').replaceChildren(contactsView(api));
}

async function showVersion(): Promise<void> {
  const health = (await (await fetch('/healthz')).json()) as { version: string };
  byId('version').textContent = `Kith ${health.version}`;
}

if (api.hasSession()) showContacts().catch(showWelcome);
else showWelcome();
showVersion().catch(() => undefined);
