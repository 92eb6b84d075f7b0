import { lazily } from './lazily.ts';

const whole = lazily(() => new Intl.NumberFormat('en-US'));
const tenth = lazily(() => new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 }));
const cents = lazily(() => new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }));
const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `1,299,245` */
export function count(value: number): string {
  return whole().format(value);
}

/** `41.7`: at most one decimal. */
export function decimal(value: number): string {
  return tenth().format(value);
}

/** `1 document`, `2,854 documents` */
export function countOf(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** `1.7 TB`; powers of 1,000, as storage is sold. */
export function bytes(value: number): string {
  const { unit, size } = byteUnit(value);
  return `${decimal(value / size)} ${unit}`;
}

/** The unit that fits this many bytes, and how many bytes it has. */
export function byteUnit(value: number): { readonly unit: (typeof byteUnits)[number]; readonly size: number } {
  const power = value < 1000 ? 0 : Math.min(byteUnits.length - 1, Math.floor(Math.log10(value) / 3));
  return { unit: byteUnits[power] ?? 'B', size: 1000 ** power };
}

/** `$1,234.50` */
export function dollars(value: number): string {
  return cents().format(value);
}

/** `0.4s`, `12s`, `3m 5s`, `2h 7m`, `3d 4h`; takes milliseconds. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${decimal(seconds)}s`;
  const total = Math.round(seconds);
  if (total < 60) return `${total}s`;
  if (total < 3600) return `${Math.floor(total / 60)}m ${total % 60}s`;
  const minutes = Math.round(total / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
  const hours = Math.round(total / 3600);
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** `97.3%`; 100% and 0% are shown only when they are exact. */
export function share(part: number, total: number): string {
  if (total === 0) return '–';
  const exact = (part / total) * 100;
  const rounded = Math.round(exact * 10) / 10;
  if (rounded === 100 && part < total) return '99.9%';
  if (rounded === 0 && part > 0) return '0.1%';
  return `${decimal(rounded)}%`;
}

/** `2026-11-22 15:37:04 UTC`, in the same zone on every screen and in every file; takes milliseconds since 1970. */
export function moment(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
