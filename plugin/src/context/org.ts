import type { MigrationConfig } from '@file-migration/config';
import { createOrg } from '../org/org.ts';
import type { Org } from '../org/port.ts';
import { orgSession } from '../org/session.ts';
import { connect } from './connect.ts';

/** Opens the org alone, for a command that needs neither catalog nor storage. */
export async function openOrg(
  config: MigrationConfig,
  targetOrg: string | undefined,
  signal: AbortSignal,
): Promise<Org & AsyncDisposable> {
  const connection = await connect(targetOrg, config, signal);
  const org = createOrg({ session: orgSession(connection), names: config.org, signal });
  return Object.assign(org, { [Symbol.asyncDispose]: () => org.close() });
}
