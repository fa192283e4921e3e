// The pages behind the links in mails: confirming an address, setting a new password.
import { Api, Problem } from './api';
import { emailField, makeForm, newPasswordField } from './form';
import { buttonLink, paragraph, showCard } from './page';
import { keepToken } from './token';

const api = new Api(window.localStorage);
const [, purpose = '', tokenInAddress = ''] = window.location.pathname.slice(1).split('/');
const tokenKey = `kith.${purpose}-token`;
const token = keepToken(window.sessionStorage, tokenKey, tokenInAddress);
if (tokenInAddress !== '') window.history.replaceState(null, '', `/auth/${purpose}`);

interface Offer {
  title: string;
  text: string;
  submit: string;
  send: (email: string) => Promise<void>;
  /** What the page says about the mail; the server does not reveal whether it was sent. */
  sent: (email: string) => string;
}

/** Asks for an address and has a mail sent there. */
function showOffer({ title, text, submit, send, sent }: Offer): void {
  const form = makeForm({
    fields: [emailField],
    submit,
    run: async ({ email = '' }) => {
      await send(email);
      showCard(
        'Check your mail',
        paragraph(sent(email)),
        paragraph('It can take a few minutes. Look in the spam folder, too.'),
        buttonLink('/', 'Go to the start page'),
      );
    },
  });
  showCard(title, paragraph(text), form);
}

function showForgot(title: string, text: string): void {
  showOffer({
    title,
    text,
    submit: 'Send the link',
    send: (email) => api.forgotPassword(email),
    sent: (email) => `If ${email} has an account, we have sent it a link.`,
  });
}

function showResend(): void {
  showOffer({
    title: 'This link no longer works',
    text:
      'It has been used, or it is older than a day. If your account is new, enter its address to ' +
      'get a new link. If you changed the address of your account, sign in and change it again.',
    submit: 'Send a new link',
    send: (email) => api.resendVerification(email),
    sent: (email) => `If ${email} is waiting to be confirmed, we have sent it a new link.`,
  });
}

function forgetToken(): void {
  window.sessionStorage.removeItem(tokenKey);
}

/** Calls `otherwise` when the link cannot be used; other problems are shown in the form. */
async function unlessInvalid(work: Promise<void>, otherwise: () => void): Promise<void> {
  try {
    await work;
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.kind !== 'link-invalid') throw problem;
    forgetToken();
    otherwise();
  }
}

async function confirmAddress(): Promise<void> {
  const email = await api.verifyEmail(token);
  forgetToken();
  showCard(
    'Your address is confirmed',
    paragraph(`You can sign in with ${email} now.`),
    buttonLink('/', 'Sign in'),
  );
}

function showVerify(): void {
  const form = makeForm({
    fields: [],
    submit: 'Confirm the address',
    run: () => unlessInvalid(confirmAddress(), showResend),
  });
  showCard(
    'Confirm your e-mail address',
    paragraph('Confirm that our mail has reached you. Then you can use this address to sign in.'),
    form,
  );
}

async function setPassword(password: string): Promise<void> {
  const email = await api.resetPassword(token, password);
  forgetToken();
  showCard(
    'Your new password is set',
    paragraph(`Sign in as ${email} with the new password. You were signed out on all devices.`),
    buttonLink('/', 'Sign in'),
  );
}

function showReset(): void {
  const form = makeForm({
    fields: [{ ...newPasswordField, label: 'New password' }],
    submit: 'Set password',
    run: ({ password = '' }) =>
      unlessInvalid(setPassword(password), () =>
        showForgot(
          'This link no longer works',
          'It has been used, or it is older than an hour. Enter your address to get a new link.',
        ),
      ),
  });
  showCard(
    'Set a new password',
    paragraph('This signs you out on all devices and ends all app passwords.'),
    form,
  );
}

if (purpose === 'verify' && token === '') showResend();
else if (purpose === 'verify') showVerify();
else if (purpose === 'reset' && token !== '') showReset();
else
  showForgot('Forgot your password?', 'Enter the address of your account to get a link by mail.');
