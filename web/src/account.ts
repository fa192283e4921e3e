// The pages that links in mails lead to: confirming an address, setting a forgotten password.
import { Api, Problem } from './api';
import { byId, element } from './dom';
import { makeForm } from './form';

const api = new Api(window.localStorage);
const [, purpose = '', token = ''] = window.location.pathname.slice(1).split('/');
// The token leaves the address bar and the history.
if (token !== '') window.history.replaceState(null, '', `/auth/${purpose}`);

function show(title: string, ...children: (Node | string)[]): void {
  document.title = `${title} - Kith`;
  byId('main').replaceChildren(
    element('section', { class: 'card narrow' }, element('h2', {}, title), ...children),
  );
}

function text(words: string): HTMLElement {
  return element('p', {}, words);
}

function link(to: string, words: string): HTMLElement {
  return element('p', {}, element('a', { href: to }, words));
}

interface Offer {
  title: string;
  words: string;
  submit: string;
  send: (email: string) => Promise<void>;
}

/** Asks for an address and has a mail sent there; the server does not say whether it did. */
function showOffer({ title, words, submit, send }: Offer): void {
  const form = makeForm({
    fields: [
      { name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username', required: true },
    ],
    submit,
    run: async ({ email = '' }) => {
      await send(email);
      show(
        'Look into your mail',
        text(`If ${email} is waiting for it, a mail with a link is on its way.`),
        link('/', 'Back to Kith'),
      );
    },
  });
  show(title, text(words), form);
}

function showForgot(words: string): void {
  showOffer({
    title: 'Set a new password',
    words,
    submit: 'Send me a link',
    send: (email) => api.forgotPassword(email),
  });
}

function showResend(): void {
  showOffer({
    title: 'This link does not work any more',
    words:
      'It was used already, or it is more than a day old. For a new account you can have another ' +
      'one here; to change the address of an account, sign in and ask for it again.',
    submit: 'Send me another link',
    send: (email) => api.resendVerification(email),
  });
}

/** Calls `otherwise` when the link is spent; what else goes wrong is shown in the form. */
async function unlessSpent(work: Promise<void>, otherwise: () => void): Promise<void> {
  try {
    await work;
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.kind !== 'link-invalid') throw problem;
    otherwise();
  }
}

async function confirmAddress(): Promise<void> {
  const email = await api.verifyEmail(token);
  show('Thank you', text(`${email} is confirmed.`), link('/', 'Sign in'));
}

function showVerify(): void {
  const form = makeForm({
    fields: [],
    submit: 'Yes, it is mine',
    run: () => unlessSpent(confirmAddress(), showResend),
  });
  show('Confirm your e-mail address', text('Is the address yours that the mail came to?'), form);
}

async function setPassword(password: string): Promise<void> {
  const email = await api.resetPassword(token, password);
  show(
    'Your new password is set',
    text(`Sign in as ${email} with it. All devices were signed out.`),
    link('/', 'Sign in'),
  );
}

function showReset(): void {
  const form = makeForm({
    fields: [
      {
        name: 'password',
        label: 'New password (8 characters at least)',
        type: 'password',
        autocomplete: 'new-password',
        required: true,
        minlength: 8,
      },
    ],
    submit: 'Set password',
    run: ({ password = '' }) =>
      unlessSpent(setPassword(password), () =>
        showForgot('This link was used already, or it is more than an hour old. Have another one:'),
      ),
  });
  show('Set a new password', form);
}

if (purpose === 'verify' && token === '') showResend();
else if (purpose === 'verify') showVerify();
else if (purpose === 'reset' && token !== '') showReset();
else showForgot('We send a link to the address of your account.');
