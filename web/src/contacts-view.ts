// The contacts: search, list, favourites, next birthdays, and a new contact.
import { Api, Problem, type Celebration, type Contact } from './api';
import { element } from './dom';
import { makeForm } from './form';
import { celebrationText, displayName, initials } from './format';

const searchDelayMs = 150;
const birthdayDays = 30;

function starButton(api: Api, contact: Contact, changed: () => void): HTMLButtonElement {
  const button = element('button', { class: 'star', type: 'button' }, '★');
  const show = (): void => {
    button.setAttribute('aria-pressed', String(contact.favorite));
    button.setAttribute('aria-label', `Favourite: ${displayName(contact)}`);
  };
  button.addEventListener('click', () => {
    button.disabled = true;
    api
      .setFavorite(contact.id, !contact.favorite)
      .then((now) => {
        contact.favorite = now.favorite;
        changed();
      })
      .catch(() => undefined)
      .finally(() => {
        button.disabled = false;
        show();
      });
  });
  show();
  return button;
}

function contactRow(api: Api, contact: Contact): HTMLElement {
  const details = [contact.phone, contact.email].filter((part) => part).join(' · ');
  return element(
    'li',
    { class: 'contact' },
    element('span', { class: 'face', 'aria-hidden': 'true' }, initials(contact)),
    element(
      'div',
      {},
      element('div', { class: 'name', dir: 'auto' }, displayName(contact)),
      element('div', { class: 'details' }, details),
    ),
    starButton(api, contact, () => undefined),
  );
}

function newContactDialog(api: Api, created: () => void): HTMLDialogElement {
  const dialog = element('dialog', { 'aria-label': 'New contact' });
  const cancel = element(
    'button',
    { type: 'button', class: 'quiet', onclick: () => dialog.close() },
    'Cancel',
  );
  const form = makeForm({
    fields: [
      { name: 'first_name', label: 'First name' },
      { name: 'last_name', label: 'Last name' },
      { name: 'email', label: 'E-mail address', type: 'text' },
      { name: 'phone', label: 'Phone', type: 'tel' },
      { name: 'birthday', label: 'Birthday', hint: 'Like 1990-05-17, or --05-17 without a year.' },
      { name: 'notes', label: 'Notes', type: 'textarea' },
    ],
    submit: 'Save',
    buttons: [cancel],
    run: async (values) => {
      await api.create(
        Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')),
      );
      dialog.close();
      created();
    },
  });
  dialog.append(element('h2', {}, 'New contact'), form);
  return dialog;
}

/** The list with its search; `refresh` loads the first page again. */
class ContactList {
  readonly box = element('section', { class: 'card', 'aria-label': 'Contacts' });
  private readonly list = element('ul', { class: 'contacts' });
  private readonly more = element('div', { class: 'more' });
  private query = '';
  private running: AbortController | null = null;

  constructor(private readonly api: Api) {
    this.box.append(this.list, this.more);
  }

  search(query: string): void {
    this.query = query.trim();
    this.refresh();
  }

  refresh(): void {
    void this.load(null);
  }

  private async load(cursor: string | null): Promise<void> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    try {
      const page = await this.api.contacts(this.query, cursor, running.signal);
      const rows = page.items.map((contact) => contactRow(this.api, contact));
      if (cursor === null) this.list.replaceChildren(...rows);
      else this.list.append(...rows);
      this.showMore(page.next_cursor);
    } catch (error) {
      if (error instanceof Problem) this.showProblem(error, cursor);
      else if (!(error instanceof DOMException)) throw error;
    }
  }

  private showMore(next: string | null): void {
    if (next !== null) {
      const button = element('button', { class: 'quiet', type: 'button' }, 'Load more');
      button.addEventListener('click', () => void this.load(next));
      this.more.replaceChildren(button);
    } else if (this.list.childElementCount === 0) {
      const text = this.query === '' ? 'No contacts yet. Add the first one.' : 'No contacts match.';
      this.more.replaceChildren(element('p', { class: 'empty' }, text));
    } else {
      this.more.replaceChildren();
    }
  }

  private showProblem(problem: Problem, cursor: string | null): void {
    const again = element('button', { class: 'quiet', type: 'button' }, 'Try again');
    again.addEventListener('click', () => void this.load(cursor));
    this.more.replaceChildren(
      element('p', { class: 'alert', role: 'alert' }, problem.message),
      again,
    );
  }
}

async function birthdayCard(api: Api): Promise<HTMLElement> {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const rows = await api
    .birthdays(birthdayDays, zone)
    .then((page) => page.items)
    .catch((): Celebration[] => []);
  const items = rows.map((celebration) =>
    element(
      'li',
      {},
      element('span', { dir: 'auto' }, displayName(celebration)),
      element('span', { class: 'note' }, celebrationText(celebration)),
    ),
  );
  const body =
    items.length > 0
      ? element('ul', { class: 'birthdays' }, ...items)
      : element('p', { class: 'note' }, `None in the next ${birthdayDays} days.`);
  return element('aside', { class: 'card' }, element('h2', {}, 'Birthdays'), body);
}

/** The whole view. */
export function contactsView(api: Api): HTMLElement {
  const list = new ContactList(api);
  const aside = element('div');
  const refresh = (): void => {
    list.refresh();
    void birthdayCard(api).then((card) => aside.replaceChildren(card));
  };
  const dialog = newContactDialog(api, refresh);
  const search = element('input', {
    type: 'search',
    placeholder: 'Search contacts',
    'aria-label': 'Search contacts',
  });
  let timer = 0;
  search.addEventListener('input', () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => list.search(search.value), searchDelayMs);
  });
  const add = element('button', { type: 'button' }, 'New contact');
  add.addEventListener('click', () => {
    dialog.querySelector('form')?.reset();
    dialog.showModal();
  });
  refresh();
  const tools = element('div', { class: 'tools' }, search, add);
  const heading = element('h1', { class: 'hidden' }, 'Contacts');
  const main = element('div', {}, heading, tools, list.box);
  return element('div', { class: 'board' }, main, aside, dialog);
}
