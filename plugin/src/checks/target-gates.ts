import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { MigrationConfig } from '@file-migration/config';
import type { Storage } from '../storage/storage.ts';
import { bytes } from '../format/quantity.ts';
import { gate, type Gate } from './gate.ts';

const mebibyte = 1024 * 1024;

/** Whether the target bucket keeps what is in it. */
export async function lifecycleGate(storage: Storage, signal: AbortSignal): Promise<Gate> {
  const { lifecycle } = await storage.surveyTarget(signal);
  const rules = lifecycle.known
    ? lifecycle.value.filter(
        (rule) => rule.needsTag === undefined && (rule.expires !== undefined || rule.archives !== undefined),
      )
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
