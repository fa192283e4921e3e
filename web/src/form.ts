// A form that shows what the server says of each field.
import { Problem } from './api';
import { element } from './dom';

export interface FieldOptions {
  name: string;
  label: string;
  type?: string;
  autocomplete?: string;
  required?: boolean;
  minlength?: number;
}

interface FormOptions {
  fields: FieldOptions[];
  submit: string;
  /** What the button does; a Problem that it throws is shown. */
  run: (values: Record<string, string>) => Promise<void>;
  /** Buttons before the submit button. */
  buttons?: HTMLElement[];
}

function inputOf(options: FieldOptions): HTMLInputElement | HTMLTextAreaElement {
  const attributes = {
    name: options.name,
    autocomplete: options.autocomplete ?? 'off',
    required: options.required ?? false,
    minlength: options.minlength,
    'aria-describedby': `${options.name}-error`,
  };
  if (options.type === 'textarea') return element('textarea', { ...attributes, rows: 3 });
  return element('input', { ...attributes, type: options.type ?? 'text' });
}

/** The form with its fields, messages and buttons. */
export function makeForm({ fields, submit, run, buttons = [] }: FormOptions): HTMLFormElement {
  const alert = element('p', { class: 'alert', role: 'alert', hidden: true });
  const button = element('button', { type: 'submit' }, submit);
  const inputs = new Map(fields.map((field) => [field.name, inputOf(field)]));
  const errors = new Map(
    fields.map(({ name }) => [
      name,
      element('span', { class: 'field-error', id: `${name}-error` }),
    ]),
  );

  function show(problem: Problem | null): void {
    let unplaced = problem !== null && problem.fields.size === 0;
    for (const field of problem?.fields.keys() ?? []) unplaced ||= !inputs.has(field);
    for (const [name, input] of inputs) {
      const message = problem?.fields.get(name) ?? '';
      errors.get(name)?.replaceChildren(message === '' ? '' : `This ${message}.`);
      input.setAttribute('aria-invalid', String(message !== ''));
    }
    alert.hidden = !unplaced;
    alert.textContent = problem?.message ?? '';
  }

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    show(null);
    button.disabled = true;
    try {
      await run(Object.fromEntries([...inputs].map(([name, input]) => [name, input.value])));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      show(problem);
    } finally {
      button.disabled = false;
    }
  }

  const labels = fields.map(({ name, label }) =>
    element('label', {}, label, inputs.get(name) ?? null, errors.get(name) ?? null),
  );
  return element(
    'form',
    { onsubmit: (event) => void send(event) },
    alert,
    ...labels,
    element('div', { class: 'actions' }, ...buttons, button),
  );
}
