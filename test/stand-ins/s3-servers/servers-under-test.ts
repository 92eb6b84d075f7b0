import { S3Client } from '@aws-sdk/client-s3';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { startObjectStore } from '../object-store/server.ts';
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
  /** Undefined: not there, and the reason is `absence`. */
  readonly start: (() => Promise<S3Server>) | undefined;
  readonly absence?: string;
};

/** The stand-in in memory, the stand-in on disk, and Ceph RGW where one is running. */
export function serversUnderTest(dataFolder: () => string): ServerUnderTest[] {
  return [
    { name: 'the stand-in in memory', start: () => startStandIn(undefined) },
    { name: 'the stand-in on disk', start: () => startStandIn(dataFolder()) },
    rgwUnderTest(),
  ];
}

async function startStandIn(data: string | undefined): Promise<S3Server> {
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
    const absence = `no Ceph RGW: neither S3_CONFORMANCE_ENDPOINT nor ${file} (npm run rgw:up)`;
    if (process.env.REQUIRE_RGW === '1') throw new Error(`REQUIRE_RGW=1, but ${absence}`);
    return { name, start: undefined, absence };
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
