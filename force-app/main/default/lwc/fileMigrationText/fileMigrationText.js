import LOCALE from '@salesforce/i18n/locale';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Puts values into a label: `{0}`, `{1}`, … */
export function fill(label, ...values) {
  return label.replace(/\{(\d+)\}/g, (placeholder, index) => values[Number(index)] ?? placeholder);
}

/** A whole number in the reader's own writing. */
export function count(value) {
  return new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 }).format(value ?? 0);
}

/** Bytes in the largest unit that keeps at least one digit before the point: `1.7 TB`, `999 B`. */
export function bytes(value) {
  const given = value ?? 0;
  const unit = given < 1000 ? 0 : Math.min(Math.floor(Math.log10(given) / 3), BYTE_UNITS.length - 1);
  const number = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: unit === 0 ? 0 : 1 });
  return `${number.format(given / 1000 ** unit)} ${BYTE_UNITS[unit]}`;
}

/** A part of a whole. Rounds towards the middle, so that 100% means all and 0% means none. */
export function share(part, whole) {
  if (!whole) {
    return '';
  }
  const value = part / whole;
  const rounded = Math.round(value * 1000) / 1000;
  const honest = value > 0 && rounded === 0 ? 0.001 : value < 1 && rounded === 1 ? 0.999 : rounded;
  return new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 1 }).format(honest);
}

/** Seconds in the two largest units that matter: `2h 7m`. */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) {
    return withUnit(whole, 'second');
  }
  if (whole < HOUR) {
    return withUnit(Math.floor(whole / MINUTE), 'minute');
  }
  if (whole < DAY) {
    return two([Math.floor(whole / HOUR), 'hour'], [Math.floor((whole % HOUR) / MINUTE), 'minute']);
  }
  return two([Math.floor(whole / DAY), 'day'], [Math.floor((whole % DAY) / HOUR), 'hour']);
}

/** Seconds between two ISO times; the second may be absent and then is `now` (milliseconds since 1970). */
export function secondsBetween(start, end, now) {
  return start ? ((end ? Date.parse(end) : now) - Date.parse(start)) / 1000 : 0;
}

function two([major, majorUnit], [minor, minorUnit]) {
  const parts = [withUnit(major, majorUnit)];
  if (minor > 0) {
    parts.push(withUnit(minor, minorUnit));
  }
  return parts.join(' ');
}

function withUnit(value, unit) {
  return new Intl.NumberFormat(LOCALE, { style: 'unit', unit, unitDisplay: 'narrow' }).format(value);
}
