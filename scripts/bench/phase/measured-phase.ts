import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { worldConfigInput, type MigrationWorld } from '@file-migration/kit/migration/migration-world';
import { INTEGRATION_USER } from '@file-migration/kit/org/org-world';
import { storeKeys } from '@file-migration/kit/migration/world-config';
import { measuredProcess, type Measured } from '../copy-engine/measured-process.ts';
import { builtScript } from './built-script.ts';
import type { PhasePlace } from './tools.ts';

/** What another process must know to run a phase on a world. */
export function phasePlace({ org, store, folder }: MigrationWorld): PhasePlace {
  const { url, orgId, accessTokens } = org;
  return {
    org: { url, orgId, accessToken: accessTokens[INTEGRATION_USER] ?? '' },
    config: worldConfigInput({ folder, storeUrl: store.url }),
  };
}

/** Runs a script of ours in a process of its own, which prints its result as JSON, and measures that process. */
export async function measuredPhase(script: URL, run: unknown): Promise<Measured & { readonly result: unknown }> {
  const file = await builtScript(fileURLToPath(script));
  const measured = await measuredProcess([process.execPath, '--no-warnings', file, JSON.stringify(run)], {
    ...process.env,
    ...storeKeys,
    // As installed: what was compiled at the last start is still there.
    NODE_COMPILE_CACHE: join(tmpdir(), 'file-migration-bench-cache'),
  });
  return { ...measured, result: JSON.parse(measured.stdout) as unknown };
}
