import { S3Client } from '@aws-sdk/client-s3';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { startObjectStore } from '../object-store/server.ts';
import { describeWith } from '../machine-tools.ts';
import { rgwDifferences, type Difference } from './rgw-differences.ts';

export type Keys = { readonly accessKeyId: string; readonly secretAccessKey: string };

/** A running S3 server, whichever it is, with the two principals that the suite needs. */
export type S3Server = {
  readonly endpoint: string;
  readonly region: string;
  readonly owner: Keys;
  /** Has no rights in the owner's buckets. */
  readonly stranger: Keys;
  readonly differences: ReadonlySet<Difference>;
  close(): Promise<void>;
};

export type ServerUnderTest = {
  readonly name: string;
  /** Undefined where this machine has none. */
  readonly start: (() => Promise<S3Server>) | undefined;
};

/** The stand-in in memory, the stand-in on disk, and Ceph RGW where one is running. */
export function serversUnderTest(): ServerUnderTest[] {
  return [
    { name: 'the stand-in in memory', start: startInMemory },
    { name: 'the stand-in on disk', start: startOnDisk },
    rgwUnderTest(),
  ];
}

/** A suite over one server. It gets how to begin, and is pending with all of its hooks where the server is not there. */
export function describeServer(
  start: ServerUnderTest['start'],
  title: string,
  suite: (begin: () => Promise<S3Server>) => void,
): void {
  describeWith(
    'Ceph RGW',
    title,
    () => {
      if (start !== undefined) suite(start);
    },
    start !== undefined,
  );
}

function startInMemory(): Promise<S3Server> {
  return startStandIn();
}

async function startOnDisk(): Promise<S3Server> {
  const data = await mkdtemp(join(tmpdir(), 'object-store-'));
  const server = await startStandIn(data);
  return {
    ...server,
    close: async () => {
      await server.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function startStandIn(data?: string): Promise<S3Server> {
  const owner = { accessKeyId: 'CONFORMANCEOWNER', secretAccessKey: 'conformance-owner' };
  const stranger = { accessKeyId: 'CONFORMANCESTRANGER', secretAccessKey: 'conformance-stranger' };
  const store = await startObjectStore({
    credentials: [owner, { ...stranger, rights: {} }],
    ...(data === undefined ? {} : { data }),
  });
  return {
    endpoint: store.url,
    region: store.region,
    owner,
    stranger,
    differences: new Set(),
    close: () => store.close(),
  };
}

/** RGW's place comes from the environment, or from the file that scripts/ceph-rgw/up.sh keeps. */
export function rgwUnderTest(): ServerUnderTest {
  const name = 'Ceph RGW';
  const file = join(process.env.CEPH_DIR ?? join(tmpdir(), 'file-migration-rgw'), 'env');
  const settings = { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env };
  const setting = (key: string): string => settings[`S3_CONFORMANCE_${key}`] ?? '';
  if (setting('ENDPOINT') === '') {
    return { name, start: undefined };
  }
  const server: S3Server = {
    endpoint: setting('ENDPOINT'),
    region: setting('REGION') || 'us-east-1',
    owner: { accessKeyId: setting('ACCESS_KEY_ID'), secretAccessKey: setting('SECRET_ACCESS_KEY') },
    stranger: {
      accessKeyId: setting('STRANGER_ACCESS_KEY_ID'),
      secretAccessKey: setting('STRANGER_SECRET_ACCESS_KEY'),
    },
    differences: new Set(rgwDifferences),
    close: () => Promise.resolve(),
  };
  return { name, start: () => Promise.resolve(server) };
}

/** The real SDK, without retries and without checksums that nobody asked for. */
export function clientOf(server: S3Server, keys: Keys = server.owner): S3Client {
  return new S3Client({
    endpoint: server.endpoint,
    region: server.region,
    credentials: keys,
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}
