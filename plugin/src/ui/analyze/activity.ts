import { count, countOf, share } from '../../format/quantity.ts';
import { textTable } from '../format/table.ts';
import { weekdays, type Activity, type QuietWindow } from '../../analyze/activity.ts';

const shades = [' ', '░', '▒', '▓', '█'] as const;
/** A day with more of all last changes than this was no ordinary one. */
const massUpdateShare = 0.2;

const shownWindows = 3;

/** The quietest windows; with `verbose` the week as a picture and more windows. */
export function activityLines({ timeZone, week, busiestDay, windows }: Activity, verbose: boolean): string[] {
  const all = week.flat().reduce((sum, each) => sum + each, 0);
  if (all === 0) return [];
  const mass = busiestDay !== undefined && busiestDay.documents > all * massUpdateShare ? busiestDay : undefined;
  return [
    `Quietest windows for phase 2, by the last change of each document (time zone ${timeZone}):`,
    ...textTable(
      ['window', 'changes', 'share of all'],
      windows
        .slice(0, verbose ? windows.length : shownWindows)
        .map((window) => [windowName(window), count(window.documents), share(window.documents, all)]),
      { right: [1, 2] },
    ),
    ...(verbose ? ['', ...weekPicture(week)] : []),
    ...(mass === undefined
      ? []
      : [
          `  ${countOf(mass.documents, 'document')} were last changed on ${mass.day}: probably a mass update, which hides the usual hours.`,
        ]),
  ];
}

function weekPicture(week: Activity['week']): string[] {
  const most = Math.max(...week.flat());
  return [
    `            ${Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0')).join(' ')}`,
    ...weekdays.map((weekday, nth) => {
      const hours = week[nth] ?? [];
      const cells = hours.map((documents) => shadeOf(documents, most).repeat(2)).join(' ');
      const documents = hours.reduce((sum, each) => sum + each, 0);
      return `  ${weekday.padEnd(9)} ${cells}  ${count(documents)}`;
    }),
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
