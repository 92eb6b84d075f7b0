import { count, countOf, moment } from '../format/quantity.ts';
import type { AccountDifference, LiveFigure, LiveFigureName } from './live-figures.ts';

/** A number on which org and catalog disagree, why that is likely so, and the command that resolves it. */
export type LiveDifference = {
  readonly name: LiveFigureName | 'accounts';
  /** What the org has more than the catalog; negative: less. For accounts: how many differ. */
  readonly by: number;
  readonly reason: string;
  readonly next: string;
};

export type LiveContext = {
  /** The moment up to which the org's changes are known. */
  readonly watermark: number | undefined;
  /** What somebody wrote since then. */
  readonly writtenSince: number;
  readonly isRunning: boolean;
};

const backup = 'sf migrate files backup';
const fullBackup = 'sf migrate files backup --full';

/** Names every difference. */
export function liveDifferences(
  figures: readonly LiveFigure[],
  accounts: readonly AccountDifference[],
  context: LiveContext,
): LiveDifference[] {
  const more = (name: LiveFigureName): number => {
    const figure = figures.find((each) => each.name === name);
    return figure?.org === undefined ? 0 : figure.org - figure.catalog;
  };
  const differences = figures.flatMap(({ name }): LiveDifference[] => {
    const by = more(name);
    const explained = by === 0 ? undefined : explanations[name](by, context, more);
    return explained === undefined ? [] : [{ name, by, ...explained }];
  });
  if (accounts.length === 0) return differences;
  const reason =
    more('documents') === 0
      ? 'Documents have gone from one account to another since the last backup.'
      : 'The documents that differ belong to them.';
  return [...differences, { name: 'accounts', by: accounts.length, reason, next: sinceThen(context) }];
}

type Explanation = (
  by: number,
  context: LiveContext,
  more: (name: LiveFigureName) => number,
) => Pick<LiveDifference, 'reason' | 'next'> | undefined;

const explanations: Readonly<Record<LiveFigureName, Explanation>> = {
  documents: (by, context) => {
    if (by < 0) {
      return {
        reason: 'Deleted since the last backup of all documents, or no longer visible to this user.',
        next: fullBackup,
      };
    }
    if (context.isRunning) return { reason: 'A run is under way and has not come to them yet.', next: watch };
    return context.writtenSince > 0 || context.watermark === undefined
      ? { reason: `Made ${sinceBackup(context)}.`, next: backup }
      : {
          reason: 'Visible to this user only now, undeleted, or committed late: they are older than the last backup.',
          next: fullBackup,
        };
  },
  'original URL': (by, context, more) =>
    by === -more('our link')
      ? undefined
      : {
          reason: `Documents were made, deleted or given another URL ${sinceBackup(context)}.`,
          next: sinceThen(context),
        },
  'our link': (by) =>
    by < 0
      ? {
          reason: 'A user, the vendor or an automation has written another URL over our link; a backup takes it in.',
          next: backup,
        }
      : {
          reason: 'Hold our link without this catalog having written it: clones, or another catalog’s work.',
          next: fullBackup,
        },
  'other URL': (by, context) =>
    by > 0
      ? { reason: 'Point to hosts that no file was ever copied from; a backup takes them in.', next: backup }
      : { reason: 'Were given another URL, or deleted.', next: sinceThen(context) },
  'no URL': (by, context) =>
    by > 0
      ? { reason: 'Made without a URL, or emptied by somebody.', next: sinceThen(context) }
      : { reason: 'Were given a URL, or deleted.', next: sinceThen(context) },
  'key filled': (by) =>
    by < 0
      ? {
          reason: 'Somebody emptied the key on switched documents, or deleted them: such a link opens nothing.',
          next: 'sf migrate files rollback --from-database --dry-run (it counts them as changed by somebody)',
        }
      : { reason: 'Clones keep the key of their original; or another catalog wrote it.', next: fullBackup },
  // what Salesforce has emptied from the bin stays in the catalog
  deleted: (by) => (by < 0 ? undefined : { reason: 'Deleted, and no backup has seen it yet.', next: backup }),
};

const watch = 'sf migrate files status --watch';

function sinceThen({ writtenSince, isRunning }: LiveContext): string {
  if (isRunning) return watch;
  return writtenSince > 0 ? backup : fullBackup;
}

/** `since the last backup, of 2026-11-22 15:37:04 (12 documents were written since then)` */
function sinceBackup({ watermark, writtenSince }: LiveContext): string {
  if (watermark === undefined) return 'while no backup of all documents has ended';
  const were = writtenSince === 1 ? 'was' : 'were';
  return `since the last backup, of ${moment(watermark)} (${countOf(writtenSince, 'document')} ${were} written since then)`;
}

/** `3 more in the org`, `1 less in the org` */
export function differenceWords({ name, by }: LiveDifference): string {
  if (name === 'accounts') return `${countOf(by, 'account')} differ`;
  return `${count(Math.abs(by))} ${by > 0 ? 'more' : 'less'} in the org`;
}
