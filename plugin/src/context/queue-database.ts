import { readFileSync } from 'node:fs';
import type { Environment, MigrationConfig } from '@file-migration/config';
import type { Database } from '../fleet/engines/pg-boss/connection.ts';
import { Failure } from '../model/failure.ts';

export type FleetConfig = NonNullable<MigrationConfig['fleet']>;

/** @throws Failure `wrong-use` when migration.json has no fleet */
export function fleetOf({ fleet }: MigrationConfig): FleetConfig {
  if (fleet !== undefined) return fleet;
  throw new Failure('migration.json does not say where the queue of a fleet is.', {
    code: 'wrong-use',
    actions: ['Add "fleet": {"url": "${FLEET_URL}"} to migration.json', 'See docs/many-machines.md'],
  });
}

/**
 * Where the queue is.
 * @throws Failure `config-invalid` when the variable is not set or the certificates cannot be read
 */
export function queueDatabase({ url, rds }: FleetConfig, env: Environment): Database {
  if (rds !== undefined) {
    const { authorities: file, ...instance } = rds;
    return { kind: 'rds', ...instance, authorities: file === undefined ? undefined : certificates(file) };
  }
  const value = url === undefined ? undefined : env[url];
  if (value !== undefined && value !== '') return { kind: 'url', url: value };
  throw new Failure(`The environment lacks ${url ?? ''}, the address of the fleet’s queue.`, {
    code: 'config-invalid',
    actions: [`Set ${url ?? ''} to postgres://user:password@host/database and run the command again`],
  });
}

function certificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new Failure(`The certificates of fleet.rds.authorities cannot be read: ${file} (${code}).`, {
      code: 'config-invalid',
      actions: ['Correct fleet.rds.authorities in migration.json'],
    });
  }
}
