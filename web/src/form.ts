// A form that shows the server's errors beside the fields that they are about.
import { Problem } from './api';
import { element } from './dom';

export interface FieldOptions {
  name: string;
  label: string;
  type?: string;
  autocomplete?: string;
  required?: boolean;
  minlength?: number;
  /** A line under the field; an error takes its place. */
  hint?: string;
}

interface FormOptions {
  fields: FieldOptions[];
  submit: string;
  /** What the button does; a Problem that it throws is shown. */
  run: (values: Record<string, string>) => Promise<void>;
  /** Buttons before the submit button. */
  buttons?: HTMLElement[];
}

/** The fields that more than one page has. */
export const nameField: FieldOptions = {
  name: 'username',
  label: 'Your name',
  autocomplete: 'name',
  required: true,
};
export const emailField: FieldOptions = {
  name: 'email',
  label: 'E-mail address',
  type: 'email',
  autocomplete: 'username',
  required: true,
};
export const newPasswordField: FieldOptions = {
  name: 'password',
  label: 'Password',
  type: 'password',
  autocomplete: 'new-password',
  required: true,
  minlength: 8,
  hint: 'At least 8 characters.',
};

type Input = HTMLInputElement | HTMLTextAreaElement;

let forms = 0;

/** One field with its label, hint and error. */
class Field {
  readonly input: Input;
  readonly box: HTMLElement;
  private readonly below: HTMLElement;

  constructor(
    private readonly options: FieldOptions,
    form: number,
  ) {
    const id = `form${form}-${options.name}`;
    this.below = element('p', { class: 'hint', id: `${id}-hint` });
    this.input = this.makeInput(id);
    const label = element('label', { for: id }, options.label);
    const isPassword = options.type === 'password';
    const control = isPassword ? this.withShowButton() : this.input;
    this.box = element('div', { class: 'field' }, label, control, this.below);
    this.show('');
  }

  /** Shows an error of the server, which continues the name of the field; '' removes it. */
  show(message: string): void {
    const { label, hint = '' } = this.options;
    this.below.textContent = message === '' ? hint : `${label} ${message}.`;
    this.below.classList.toggle('error', message !== '');
    this.input.setAttribute('aria-invalid', String(message !== ''));
  }

  private makeInput(id: string): Input {
    const attributes = {
      id,
      name: this.options.name,
      autocomplete: this.options.autocomplete ?? 'off',
      required: this.options.required ?? false,
      minlength: this.options.minlength,
      'aria-describedby': `${id}-hint`,
    };
    if (this.options.type === 'textarea') return element('textarea', { ...attributes, rows: 3 });
    return element('input', { ...attributes, type: this.options.type ?? 'text' });
  }

  private withShowButton(): HTMLElement {
    const button = element(
      'button',
      { class: 'plain', type: 'button', 'aria-label': 'Show password' },
      'Show',
    );
    button.addEventListener('click', () => {
      const isShown = this.input.getAttribute('type') === 'text';
      this.input.setAttribute('type', isShown ? 'password' : 'text');
      button.textContent = isShown ? 'Show' : 'Hide';
      button.setAttribute('aria-label', `${button.textContent} password`);
    });
    return element('div', { class: 'password' }, this.input, button);
  }
}

/** The form with its fields, messages and buttons. */
export function makeForm({ fields, submit, run, buttons = [] }: FormOptions): HTMLFormElement {
  const number = ++forms;
  const alert = element('div', { role: 'alert' });
  const button = element('button', { type: 'submit' }, submit);
  const all = new Map(fields.map((options) => [options.name, new Field(options, number)]));
  let isBusy = false;

  function show(problem: Problem | null): void {
    const errors = problem?.fields ?? new Map<string, string>();
    for (const [name, field] of all) field.show(errors.get(name) ?? '');
    const isPlaced = errors.size > 0 && [...errors.keys()].every((name) => all.has(name));
    const text = problem === null || isPlaced ? null : problem.message;
    alert.replaceChildren(...(text === null ? [] : [element('p', { class: 'alert' }, text)]));
    [...all].find(([name]) => errors.has(name))?.[1].input.focus();
  }

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    show(null);
    button.setAttribute('aria-disabled', 'true'); // `disabled` would lose the focus
    try {
      await run(Object.fromEntries([...all].map(([name, { input }]) => [name, input.value])));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      show(problem);
    } finally {
      isBusy = false;
      button.removeAttribute('aria-disabled');
    }
  }

  return element(
    'form',
    { onsubmit: (event) => void send(event) },
    alert,
    ...[...all.values()].map(({ box }) => box),
    element('div', { class: 'actions' }, ...buttons, button),
  );
}
