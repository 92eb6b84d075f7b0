import { setTimeout as sleep } from 'node:timers/promises';
import type { Run } from '../../model/run.ts';
import { Meter } from '../../run/meter.ts';
import { progressLine } from '../progress/plain.ts';
import type { Progress, ProgressNote } from '../../run/progress.ts';
import { moment } from '../../format/quantity.ts';
import { statusLines } from './text.ts';
import type { Status } from '../../status/status.ts';

/** Where a watched status is shown. */
export type WatchScreen = {
  /** A terminal is drawn anew in place; elsewhere there is a plain line now and then, and all of it at the end. */
  readonly terminal: { readonly columns: number; readonly rows: number } | undefined;
  /** To the terminal, as it is. */
  draw(text: string): void;
  /** One plain line. */
  line(text: string): void;
};

export type WatchTiming = {
  /** How often the catalog is read, milliseconds. */
  readonly everyMs: number;
  /** How often a plain line is due. */
  readonly lineMs: number;
};

const usualTiming: WatchTiming = { everyMs: 2_000, lineMs: 10_000 };
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const clearAll = '\u001b[2J';
const home = '\u001b[H';
const clearLine = '\u001b[K';
const clearBelow = '\u001b[J';

/** Shows the status again and again until nobody works on the catalog any more, or `signal` ends it; returns the last. */
export async function watchStatus(
  read: () => Promise<Status>,
  screen: () => WatchScreen,
  signal: AbortSignal,
  { everyMs, lineMs }: WatchTiming = usualTiming,
): Promise<Status> {
  const meter = new Meter();
  const onTerminal = screen().terminal !== undefined;
  let lineAt = -Infinity;
  if (onTerminal) screen().draw(hideCursor + clearAll);
  try {
    for (;;) {
      const status = await read();
      const now = performance.now();
      const progress = progressOf(status);
      if (progress !== undefined) meter.sample(now, progress.done, progress.bytes ?? 0);
      const ended = status.holder === undefined || isAborted(signal);
      const shown = screen();
      if (shown.terminal !== undefined) {
        const head = progress === undefined || ended ? [] : [progressLine(progress, meter), ''];
        shown.draw(frame([...head, ...statusLines(status)], shown.terminal));
      } else if (!ended && progress !== undefined && now - lineAt >= lineMs) {
        lineAt = now;
        shown.line(`${moment(Date.now())}  ${progressLine(progress, meter)}`);
      }
      if (ended) return status;
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    if (onTerminal) screen().draw(showCursor);
  }
}

/** One picture of the terminal: it is drawn over the last one, so that nothing flickers; what does not fit is said. */
export function frame(lines: readonly string[], { columns, rows }: { columns: number; rows: number }): string {
  const room = Math.max(1, rows - 1);
  const fitting =
    lines.length <= room
      ? lines
      : [...lines.slice(0, room - 1), `… ${lines.length - room + 1} more lines: a taller window shows them`];
  const drawn = fitting.map((line) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line) + clearLine);
  return `${home}${drawn.join('\n')}\n${clearBelow}`;
}

/** How far the run under way is, from the catalog's counters. */
export function progressOf({ overview }: Status): Progress | undefined {
  const run = overview?.lastRun;
  if (overview === undefined || run?.status !== 'running') return undefined;
  const { states } = overview.counts;
  const attention = states.broken + states.failed + states.missing + states.denied + states.archived + states.changed;
  return {
    stage: stageOf(run),
    totalIsFinal: true,
    attention,
    notes: notesOf(run, overview.counts),
    ...figuresOf(run, overview.counts),
  };
}

function figuresOf(
  run: Run,
  { documents, remaining, bytes, states }: NonNullable<Status['overview']>['counts'],
): Pick<Progress, 'done' | 'total' | 'bytes'> & Partial<Progress> {
  switch (run.type) {
    case 'backup':
      return { done: documents - remaining, total: documents, bytes, totalIsFinal: run.position?.done ?? true };
    case 'verify': {
      const total =
        run.scope === undefined
          ? states.verified + states.copied + states.switched + states.changed + states.broken
          : 0;
      return { done: run.counters.processed, total, bytes: undefined };
    }
    case 'switch':
      return { done: states.switched, total: states.switched + states.verified, bytes: undefined };
    case 'relink':
    case 'rollback':
    case 'import':
      return { done: 0, total: 0, bytes: undefined };
  }
}

/** What is said where there is nothing to count yet, or nothing that the catalog counts. */
function notesOf({ type, startedAt }: Run, { documents }: NonNullable<Status['overview']>['counts']): ProgressNote[] {
  if (type === 'backup') return documents === 0 ? [{ kind: 'discovering' }] : [];
  return type === 'verify' || type === 'switch' ? [] : [{ kind: 'running-since', at: startedAt }];
}

function stageOf({ type, id }: Run): string {
  return `Run ${id}, ${type}:`;
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
