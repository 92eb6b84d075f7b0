import { count, countOf, share } from '../../format/quantity.ts';
import { textTable } from '../format/table.ts';
import { weekdays, type Activity, type QuietWindow } from '../../analyze/activity.ts';

const shades = [' ', '░', '▒', '▓', '█'] as const;
const shownMonths = 12;
/** A day with more of all last changes than this was no ordinary one. */
const massUpdateShare = 0.2;

/** The week as a picture, the quietest windows, the last months. */
export function activityLines({
  timeZone,
  week,
  byMonth,
  busiestDay,
  touchedByAutomation,
  windows,
}: Activity): string[] {
  const all = byMonth.reduce((sum, { documents }) => sum + documents, 0);
  if (all === 0) return [];
  const most = Math.max(...week.flat());
  const mass = busiestDay !== undefined && busiestDay.documents > all * massUpdateShare ? busiestDay : undefined;
  return [
    `Documents by the hour and weekday of their last change; time zone ${timeZone}.`,
    `            ${Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')).join(' ')}`,
    ...weekdays.map((weekday, nth) => {
      const hours = week[nth] ?? [];
      const cells = hours.map((documents) => shadeOf(documents, most).repeat(2)).join(' ');
      const documents = hours.reduce((sum, each) => sum + each, 0);
      return `  ${weekday.padEnd(9)} ${cells}  ${count(documents)}`;
    }),
    '',
    'Best windows for phase 2 (the fewest changes):',
    ...textTable(
      ['window', 'changes', 'share of all'],
      windows.map((window) => [windowName(window), count(window.documents), share(window.documents, all)]),
      { right: [1, 2] },
    ),
    '',
    ...textTable(
      ['month', 'last changes'],
      byMonth.slice(-shownMonths).map(({ month, documents }) => [month, count(documents)]),
      { right: [1] },
    ),
    ...(mass === undefined
      ? []
      : [
          `  ${countOf(mass.documents, 'document')} were last changed on ${mass.day}: probably a mass update, which hides when people work.`,
        ]),
    ...(touchedByAutomation > 0
      ? [`  ${countOf(touchedByAutomation, 'document')} were written by automation after their last change.`]
      : []),
  ];
}

function windowName({ weekday, fromHour, hours }: QuietWindow): string {
  const end = fromHour + hours;
  const day = end > 24 ? ` (${weekdays[(weekdays.indexOf(weekday) + Math.floor(end / 24)) % 7] ?? ''})` : '';
  return `${weekday} ${hourOf(fromHour)} to ${hourOf(end)}${day}`;
}

function hourOf(hour: number): string {
  return `${String(hour % 24).padStart(2, '0')}:00`;
}

/** Blank for none: quiet is to be seen, not read. */
function shadeOf(documents: number, most: number): string {
  if (documents === 0) return shades[0];
  return shades[Math.min(4, Math.ceil((documents / most) * 4))] ?? shades[4];
}
