import type { ConstructorOptions, PgBoss } from 'pg-boss';
import { Failure } from '../../../model/failure.ts';

/** How the database of the queue is reached. */
export type Database =
  | { readonly kind: 'url'; readonly url: string }
  /** Amazon RDS, with a token of AWS's instead of a password. */
  | {
      readonly kind: 'rds';
      readonly host: string;
      readonly port: number;
      readonly database: string;
      readonly user: string;
      readonly region: string;
      /** PEM; without them those that Node trusts. */
      readonly authorities: string | undefined;
    };

/** The schema that pg-boss keeps its tables in. */
export const schema = 'file_migration';

/** Connections of one process. */
const connections = 3;
/** Milliseconds. */
const connectMs = 10_000;

/**
 * Connects. The coordinator installs what is missing in the database and looks after it; a worker does neither.
 * @throws Failure `queue-unreachable` with the server's own words
 */
export async function connectQueue(database: Database, side: 'coordinator' | 'worker'): Promise<PgBoss> {
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({
    ...(await addressOf(database)),
    schema,
    application_name: `file-migration ${side}`,
    max: connections,
    connectionTimeoutMillis: connectMs,
    schedule: false,
    ...(side === 'coordinator' ? supervising : { supervise: false, migrate: false, createSchema: false }),
  });
  // what matters is thrown by the calls themselves
  boss.on('error', () => undefined);
  try {
    return await boss.start();
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => undefined);
    throw new Failure(`The database of the queue (${placeOf(database)}) cannot be used: ${wordsOf(error)}`, {
      code: 'queue-unreachable',
      actions: [
        'See that PostgreSQL runs there and lets this machine and user in',
        ...(side === 'worker' ? ['Start the coordinator first: it makes the queue’s tables'] : []),
      ],
      cause: error,
    });
  }
}

/** Jobs of lost workers are to be found soon; and nothing is kept that has ended. */
const supervising: ConstructorOptions = {
  superviseIntervalSeconds: 2,
  monitorIntervalSeconds: 2,
  maintenanceIntervalSeconds: 60,
  queueCacheIntervalSeconds: 30,
  monitorVacuum: false,
};

async function addressOf(database: Database): Promise<ConstructorOptions> {
  if (database.kind === 'url') return { connectionString: database.url };
  const { host, port, user, region, authorities } = database;
  const { Signer } = await import('@aws-sdk/rds-signer');
  const signer = new Signer({ hostname: host, port, username: user, region });
  return {
    host,
    port,
    user,
    database: database.database,
    // asked for each new connection: a token is good for 15 minutes
    password: () => signer.getAuthToken(),
    ssl: { rejectUnauthorized: true, ...(authorities !== undefined && { ca: authorities }) },
  };
}

/** Where it is, without user and password. */
export function placeOf(database: Database): string {
  if (database.kind === 'rds') return `${database.host}:${database.port}/${database.database}`;
  const url = URL.parse(database.url);
  return url === null ? 'the configured URL, which is none' : `${url.host}${url.pathname}`;
}

/** A refused connection to several addresses has no words of its own. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
