// The start page: what Kith is, signing in, and the contacts.
import { Api, Problem, type Site } from './api';
import { contactsView } from './contacts-view';
import { byId, element } from './dom';
import { emailField, makeForm, nameField, newPasswordField } from './form';
import { showCard } from './page';
import { setupLinkHelp, signupRule } from './site';

const api = new Api(window.localStorage);

/** Shown after the right password for an account whose address is not confirmed yet. */
function showUnverified(email: string): void {
  const status = element('p', { class: 'note', role: 'status' });
  const sendAgain = async (): Promise<void> => {
    status.textContent = await api.resendVerification(email).then(
      () => 'We have sent a new link.',
      (problem: Problem) => problem.message,
    );
  };
  showCard(
    'Confirm your e-mail address',
    element('p', {}, `If ${email} is new here, we have sent it a link. Open it, then sign in.`),
    status,
    element(
      'div',
      { class: 'actions' },
      element(
        'button',
        { class: 'quiet', type: 'button', onclick: () => void sendAgain() },
        'Send a new link',
      ),
      element('button', { type: 'button', onclick: () => void showWelcome() }, 'Sign in'),
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

function signUpForm(rule: string | null): HTMLFormElement {
  return makeForm({
    fields: [
      nameField,
      rule === null ? emailField : { ...emailField, hint: rule },
      newPasswordField,
    ],
    submit: 'Create account',
    run: async ({ username = '', email = '', password = '' }) => {
      const made = await api.signUp(username, email, password);
      if (made) await enter(email, api.signIn(email, password));
      else showUnverified(email);
    },
  });
}

function accessCard(site: Site | null): HTMLElement {
  const card = element('section', { class: 'card' });
  const show = (title: string, form: HTMLFormElement, ...below: HTMLElement[]): void => {
    const heading = element('h2', { tabindex: -1 }, title);
    const isFirst = card.childElementCount === 0;
    card.replaceChildren(heading, form, ...below);
    if (!isFirst) heading.focus();
  };
  const turn = (text: string, next: () => void): HTMLElement =>
    element('button', { class: 'plain', type: 'button', onclick: next }, text);
  const rule = site === null ? null : signupRule(site);
  const signUp = (): void =>
    show(
      'Create an account',
      signUpForm(rule),
      element('p', { class: 'note' }, turn('Sign in with an existing account', signIn)),
    );
  const signIn = (): void =>
    show(
      'Sign in',
      signInForm(),
      element(
        'p',
        { class: 'note' },
        element('a', { href: '/auth/forgot' }, 'Forgot your password?'),
      ),
      site?.signup === 'closed'
        ? element('p', { class: 'note' }, rule ?? '')
        : element('p', { class: 'note' }, 'New here? ', turn('Create an account', signUp)),
    );
  signIn();
  return card;
}

function setupNotice(): HTMLElement {
  return element(
    'section',
    { class: 'notice' },
    element('h2', {}, 'This server has no administrator yet'),
    setupLinkHelp(),
  );
}

function introduction(): HTMLElement {
  return element(
    'section',
    {},
    element('h1', {}, 'Your contacts, at home'),
    element(
      'p',
      { class: 'lead' },
      'Kith keeps the address book of your family, your team or your program on your own server.',
    ),
    element(
      'ul',
      { class: 'facts' },
      element(
        'li',
        {},
        'Find contacts by any part of a name, an e-mail address or a phone number, however it ' +
          'was typed.',
      ),
      element('li', {}, 'See the next birthdays, also those on 29 February or without a year.'),
      element(
        'li',
        {},
        'Use the REST API: ',
        element('a', { href: '/docs' }, 'try it'),
        ' or ',
        element('a', { href: '/redoc' }, 'read its reference'),
        '.',
      ),
    ),
  );
}

async function showWelcome(): Promise<void> {
  byId('who').replaceChildren();
  const site = await api.site().catch(() => null);
  document.title = 'Kith';
  const hasNoAdministrator = site?.has_administrator === false;
  byId('main').replaceChildren(
    ...(hasNoAdministrator ? [setupNotice()] : []),
    element('div', { class: 'welcome' }, introduction(), accessCard(site)),
  );
}

async function signOut(): Promise<void> {
  try {
    await api.signOut();
    await showWelcome();
  } catch (problem) {
    window.alert(problem instanceof Problem ? problem.message : 'You are still signed in.');
  }
}

async function showContacts(): Promise<void> {
  const me = await api.me();
  const name = element('span', { class: 'name', dir: 'auto', title: me.email }, me.username);
  const button = element(
    'button',
    { class: 'quiet', type: 'button', onclick: () => void signOut() },
    'Sign out',
  );
  byId('who').replaceChildren(name, button);
  byId('main').replaceChildren(contactsView(api));
  document.title = 'Contacts - Kith';
}

async function showVersion(): Promise<void> {
  byId('version').textContent = `Kith ${(await api.site()).version}`;
}

if (api.hasSession()) showContacts().catch(showWelcome);
else void showWelcome();
showVersion().catch(() => undefined);
