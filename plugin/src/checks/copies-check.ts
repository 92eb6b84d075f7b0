import type { AccountId, DocumentId, MigrationConfig } from '@file-migration/config';
import type { CatalogReader } from '../catalog/port.ts';
import { count, countOf, duration, share } from '../format/quantity.ts';
import { rule, type Gate } from './check.ts';
import { noDocument } from './document-checks.ts';
import { ruleBook } from './rule-book.ts';

const hourMs = 3_600_000;

/** What looking at the copies of a wave showed. */
export type CopiesRechecked = {
  /** Documents whose source and target were looked at now. */
  looked: number;
  /** Source or target is not as the catalog has it. */
  differing: number;
  /** Could not be looked at. */
  notCompared: number;
  /** The source offers no HEAD. */
  targetOnly: number;
  /** Seen equal lately: not looked at again. */
  recent: number;
  /** The first that differ. */
  readonly examples: DocumentId[];
  ms: number;
};

/** From when on a look at a copy counts, milliseconds since 1970. */
export function seenSince({ switch: { gates } }: MigrationConfig, now = Date.now()): number {
  return now - gates.headMaximumAgeHours * hourMs;
}

/** What comparing the copies of the wave again showed. */
export function copiesCheck(seen: CopiesRechecked, config: MigrationConfig): Gate {
  const { looked, differing, notCompared, targetOnly, recent, examples, ms } = seen;
  const { errorShareStop, gates } = config.switch;
  const { judged, notChecked } = rule('copies', {
    expected: `${ruleBook.copies.expected}; at most ${share(errorShareStop, 1)} cannot be looked at`,
  });
  if (looked + recent === 0) return notChecked(noDocument);
  const found = [
    `${count(looked)} looked at now in ${duration(ms)}, ${count(recent)} within ${gates.headMaximumAgeHours} h`,
    `${countOf(differing, 'document')} differ${examples.length === 0 ? '' : `, such as ${examples.join(', ')}`}`,
    ...(notCompared === 0 ? [] : [`${count(notCompared)} could not be looked at and keep their URL`]),
    ...(targetOnly === 0 ? [] : [`of ${count(targetOnly)} only the target: their method of reading has no HEAD`]),
  ];
  return judged(
    // a few sources that are gone must not hold up all others: their documents are left out of the wave
    differing === 0 && notCompared <= (looked + recent) * errorShareStop,
    found.join('; '),
    'sf migrate files status --errors, then sf migrate files backup',
  );
}

/** What a plan says of it: looking at a million copies is left to the execution. */
export async function copiesCheckLater(
  catalog: CatalogReader,
  config: MigrationConfig,
  accounts: readonly (AccountId | null)[],
): Promise<Gate> {
  const { passed, notChecked } = rule('copies');
  if (accounts.length === 0) return notChecked(noDocument);
  const due = await catalog.countNotSeen(accounts, seenSince(config));
  const within = `within ${config.switch.gates.headMaximumAgeHours} h`;
  return due === 0
    ? passed(`all seen ${within}`)
    : notChecked(`${count(due)} not seen ${within}; looked at before --execute writes`);
}
