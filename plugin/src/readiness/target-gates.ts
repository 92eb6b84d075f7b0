import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { MigrationConfig } from '@file-migration/config';
import type { Candidate } from '../catalog/journal-port.ts';
import type { CatalogReader } from '../catalog/port.ts';
import type { Storage } from '../storage/storage.ts';
import { bytes, count, countOf } from '../text/quantity.ts';
import type { Wave } from './wave.ts';
import { gate, type Gate } from './gate.ts';

const hourMs = 3_600_000;
const mebibyte = 1024 * 1024;
const pageRows = 500;

/** Whether the target bucket keeps what is in it. */
export async function lifecycleGate(storage: Storage, signal: AbortSignal): Promise<Gate> {
  const { lifecycle } = await storage.surveyTarget(signal);
  const rules = lifecycle.known
    ? lifecycle.value.filter((rule) => rule.expiresAfterDays !== undefined || rule.archivesAfterDays !== undefined)
    : [];
  // a store without lifecycle rules cannot expire anything; one that hides them can
  const told = lifecycle.known || lifecycle.because === 'not-supported';
  return gate('lifecycle', told && rules.length === 0, {
    found: told
      ? rules.length === 0
        ? 'no rule expires or archives the prefix'
        : `rules ${rules.map(({ id }) => id).join(', ')} do`
      : `the store does not tell: ${lifecycle.message}`,
    threshold: 'none',
    mend: 'Remove the lifecycle rules from the prefix, or grant s3:GetLifecycleConfiguration',
  });
}

/** Whether this machine's disk has room for the journal. */
export async function journalSpaceGate(config: MigrationConfig): Promise<Gate> {
  const { bavail, bsize } = await statfs(dirname(config.catalog.file));
  const free = bavail * bsize;
  return gate('journal-space', free >= config.switch.gates.journalFreeMb * mebibyte, {
    found: `${bytes(free)} free beside the catalog`,
    threshold: `at least ${bytes(config.switch.gates.journalFreeMb * mebibyte)}`,
    mend: 'Free some space, or move the catalog to a larger local disk',
  });
}

/** What {@link checkTargets} tells while it goes on. */
export type TargetsChecked = { readonly checked: number; readonly differing: number };

/**
 * Looks at the target object of every document of a wave that was not looked at lately, and compares it with the
 * catalog: nobody must be sent to an object that has gone or changed.
 */
export async function checkTargets(
  { catalog, storage }: { catalog: CatalogReader; storage: Storage },
  config: MigrationConfig,
  wave: Wave,
  onChecked: (soFar: TargetsChecked) => void,
  signal: AbortSignal,
): Promise<Gate> {
  const { headMaximumAgeHours } = config.switch.gates;
  const oldest = Date.now() - headMaximumAgeHours * hourMs;
  let checked = 0;
  let recent = 0;
  const differing: string[] = [];
  for (const { accountId } of wave.accounts) {
    let after = 0;
    for (;;) {
      signal.throwIfAborted();
      const page = await catalog.switchable({ account: accountId, after, limit: pageRows });
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.cursor;
      const stale = page.filter(({ backedUpAt = 0 }) => backedUpAt < oldest);
      recent += page.length - stale.length;
      const same = await Promise.all(stale.map((candidate) => isSame(storage, candidate, signal)));
      checked += stale.length;
      for (const [index, each] of same.entries()) if (!each) differing.push(stale[index]?.document ?? '');
      onChecked({ checked, differing: differing.length });
    }
  }
  const examples = differing.length === 0 ? '' : `, such as ${differing.slice(0, 5).join(', ')}`;
  return gate('target-heads', differing.length === 0, {
    found: `${count(checked)} looked at now, ${count(recent)} within ${headMaximumAgeHours} h; ${countOf(differing.length, 'object')} differ${examples}`,
    threshold: 'none differs from the catalog',
    mend: 'sf migrate files verify --mode full',
  });
}

async function isSame(storage: Storage, { key, target }: Candidate, signal: AbortSignal): Promise<boolean> {
  const found = await storage.targetFacts(key, signal);
  if (found === undefined || found.size !== target?.size) return false;
  if (target.checksum !== undefined && found.checksum !== undefined) return found.checksum === target.checksum;
  return target.etag === undefined || found.etag === undefined || found.etag === target.etag;
}
