// Values as people read them.
import type { Celebration, Contact } from './api';

/** The name, or what else is known. */
export function displayName(contact: Contact): string {
  return [contact.first_name, contact.last_name].filter((part) => part).join(' ');
}

/** One or two letters for the round sign beside a name; whole characters in every script. */
export function initials(contact: Contact): string {
  const first = (text: string | null): string => [...(text ?? '')][0] ?? '';
  return (first(contact.first_name) + first(contact.last_name)).toLocaleUpperCase();
}

/** `today`, `tomorrow`, `in 5 days`. */
export function daysLeft(days: number): string {
  if (days === 0) return 'today';
  return days === 1 ? 'tomorrow' : `in ${days} days`;
}

/** `in 5 days, turns 40`. */
export function celebrationText(celebration: Celebration): string {
  const age = celebration.turns === null ? '' : `, turns ${celebration.turns}`;
  return daysLeft(celebration.days_left) + age;
}
