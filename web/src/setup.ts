// The page behind the one-time link that creates the first administrator.
import { Api, Problem, type Site } from './api';
import { element } from './dom';
import { emailField, makeForm, nameField, newPasswordField } from './form';
import { buttonLink, paragraph, showCard, showView } from './page';
import { setupLinkHelp, signupRule } from './site';
import { keepToken } from './token';

const tokenKey = 'kith.setup-token';
const api = new Api(window.localStorage);
// The token is in the fragment, which browsers do not send to servers.
const token = keepToken(window.sessionStorage, tokenKey, window.location.hash.slice(1));
window.history.replaceState(null, '', window.location.pathname);

function showAlreadyDone(): void {
  window.sessionStorage.removeItem(tokenKey);
  showCard(
    'Kith is already set up',
    paragraph('This server has an administrator. The set-up link is no longer needed.'),
    buttonLink('/', 'Go to the start page'),
  );
}

function showMissingLink(): void {
  showCard(
    'The set-up link is needed',
    paragraph('Open this page with the whole link, which ends with # and a long code.'),
    setupLinkHelp(),
  );
}

function showExpiredLink(): void {
  window.sessionStorage.removeItem(tokenKey);
  showCard(
    'This set-up link no longer works',
    paragraph('It has expired, or Kith was restarted and printed a newer link.'),
    setupLinkHelp(),
  );
}

function showFailure(problem: Problem): void {
  showCard(
    'The set-up link could not be checked',
    element('p', { class: 'alert', role: 'alert' }, problem.message),
    element('button', { type: 'button', onclick: () => void start() }, 'Try again'),
  );
}

/** Shows what an error says about the link itself; other errors are the caller's. */
function showLinkProblem(problem: unknown): boolean {
  if (!(problem instanceof Problem)) return false;
  if (problem.kind === 'setup-link-invalid') showExpiredLink();
  else if (problem.kind === 'conflict') showAlreadyDone();
  else return false;
  return true;
}

function accountsAdvice(site: Site | null): string {
  if (site?.signup === 'open')
    return (
      'Everyone who can reach this server can create an account. Set KITH_SIGNUP to ' +
      '“closed” or to your e-mail domains to change that.'
    );
  return site === null ? 'You can create accounts for others.' : (signupRule(site) ?? '');
}

/** Shown after the set-up: the user is signed in, or gets a link to sign in if that failed. */
function showDone(isSignedIn: boolean, site: Site | null): void {
  showCard(
    'Welcome to Kith',
    paragraph(
      isSignedIn
        ? 'You are the administrator of this server, and you are signed in.'
        : 'You are the administrator of this server. Sign in with your new password.',
    ),
    element(
      'ul',
      { class: 'facts' },
      element('li', {}, 'Your address book is ready for the first contact.'),
      element('li', {}, accountsAdvice(site)),
      element(
        'li',
        {},
        'Programs reach Kith through its ',
        element('a', { href: '/docs' }, 'API'),
        '.',
      ),
    ),
    buttonLink('/', isSignedIn ? 'Go to your contacts' : 'Sign in'),
  );
}

async function setUp(username: string, email: string, password: string): Promise<void> {
  try {
    await api.setUp(token, username, email, password);
  } catch (problem) {
    // An address that has an account is a conflict too, while there is no administrator.
    const isLinkGone = await api.checkSetup(token).then(
      () => false,
      (reason: unknown) => showLinkProblem(reason),
    );
    if (isLinkGone) return;
    throw problem;
  }
  window.sessionStorage.removeItem(tokenKey);
  const isSignedIn = await api.signIn(email, password).then(
    () => true,
    () => false,
  );
  showDone(isSignedIn, await api.site().catch(() => null));
}

function showForm(expiresAt: Date): void {
  const time = expiresAt.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  const form = makeForm({
    fields: [nameField, emailField, newPasswordField],
    submit: 'Create administrator',
    run: ({ username = '', email = '', password = '' }) => setUp(username, email, password),
  });
  const heading = element('h1', {}, 'Set up Kith');
  const about = element(
    'section',
    {},
    heading,
    element(
      'p',
      { class: 'lead' },
      'Create the administrator of this server. It takes a minute, and is done only once.',
    ),
  );
  const details = element(
    'section',
    { class: 'details' },
    element('h2', {}, 'What an administrator can do'),
    paragraph(
      'Create, suspend and delete accounts, change roles, and see the audit log. Administrators ' +
        'have an address book like everyone else. They cannot see the contacts of others.',
    ),
    element('h2', {}, 'Why there is a link'),
    paragraph(
      'The link shows that you can read the output of the server. Kith has no default password ' +
        `that others could try. The link works until ${time}.`,
    ),
    element('h2', {}, 'What happens next'),
    paragraph('You are signed in at once, and can add your first contacts.'),
  );
  const title = element('h2', {}, 'Administrator');
  const card = element('section', { class: 'card' }, title, form);
  showView('Set up Kith', heading, element('div', { class: 'welcome' }, about, card, details));
}

async function start(): Promise<void> {
  try {
    if (token !== '') showForm(await api.checkSetup(token));
    else if ((await api.site()).has_administrator) showAlreadyDone();
    else showMissingLink();
  } catch (problem) {
    if (showLinkProblem(problem)) return;
    if (!(problem instanceof Problem)) throw problem;
    showFailure(problem);
  }
}

void start();
