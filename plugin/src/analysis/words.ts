import type { ShareEstimate } from '../sampling/binomial.ts';
import { lazily } from '../text/lazily.ts';
import { count } from '../text/quantity.ts';

const tenth = lazily(() => new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 }));

/** `41.7` */
export function percent(value: number): string {
  return tenth().format(value);
}

/** `960 = 96 % (94.6–97.1)` */
export function shareRange({ found, of, share, low, high }: ShareEstimate): string {
  if (of === 0) return '–';
  return `${count(found)} = ${percent(share * 100)} % (${percent(low * 100)}–${percent(high * 100)})`;
}

/** Names from records may be long. */
export function shortened(text: string, most = 60): string {
  const characters = Array.from(text);
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : text;
}
