// The pages that consist of one card: set-up and the links in mails.
import { byId, element } from './dom';

type Content = Node | string;

export function paragraph(...content: Content[]): HTMLElement {
  return element('p', {}, ...content);
}

/** A link that looks like the main button. */
export function buttonLink(to: string, text: string): HTMLElement {
  return element('p', {}, element('a', { class: 'button', href: to }, text));
}

/** Replaces the content of the page, and moves the focus so that screen readers announce it. */
export function showView(title: string, heading: HTMLElement, view: HTMLElement): void {
  const isFirst = byId('main').querySelector('h1') === null;
  document.title = `${title} - Kith`;
  byId('main').replaceChildren(view);
  if (isFirst) return;
  heading.tabIndex = -1;
  heading.focus();
}

/** Shows one card with a heading. */
export function showCard(title: string, ...content: Content[]): void {
  const heading = element('h1', {}, title);
  showView(title, heading, element('section', { class: 'card narrow' }, heading, ...content));
}
