import type { ShareEstimate } from '../../sampling/binomial.ts';
import { count, decimal } from '../../format/quantity.ts';

/** `960 = 96% (94.6–97.1%)` */
export function shareRange({ found, of, share, low, high }: ShareEstimate): string {
  if (of === 0) return '–';
  return `${count(found)} = ${decimal(share * 100)}% (${decimal(low * 100)}–${decimal(high * 100)}%)`;
}

/** Names from records may be long. */
export function shortened(text: string, most = 60): string {
  const characters = Array.from(text);
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : text;
}
