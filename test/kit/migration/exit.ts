import { setTimeout as sleep } from 'node:timers/promises';
import { generateKeyPairSync } from 'node:crypto';
import type { MigrationConfigInput, OrganizationId } from '@file-migration/config';
import { CertifyProgress } from '../../../plugin/src/certify/certify-progress.ts';
import {
  issueCertificate,
  planExit,
  type CertifyOptions,
  type ExitPlan,
  type IssuedCertificate,
} from '../../../plugin/src/certify/certify.ts';
import type { Certificate } from '../../../plugin/src/certify/certificate.ts';
import { checkCertificate, type Proof, type ProofRequest } from '../../../plugin/src/certify/check-certificate.ts';
import { certifyTools } from '../../../plugin/src/context/certify.ts';
import type { Storage } from '../../../plugin/src/storage/storage.ts';
import { createStorage } from '../../../plugin/src/storage/create-storage.ts';
import { storageOptions } from '../../../plugin/src/context/storage-options.ts';
import { INTEGRATION_USER } from '../org/session-of.ts';
import { addDocuments, migrationWorld, type MigrationWorld, type Written } from './migration-world.ts';
import { provingRedirect } from './proving-redirect.ts';
import { runRollback, runSwitch, withTools } from './switch.ts';
import { storeKeys } from './world-config.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');

/** The key that certificates of tests are signed with. */
export const signingKey = {
  private: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  public: publicKey,
};

/** A world with a redirect service in front of it, whose documents are on their way to the exit. */
export type ExitWorld = MigrationWorld & { readonly written: readonly Written[] };

/** So many documents, backed up; nothing is switched yet. */
export async function exitWorld(
  documents: number,
  { certify, ...options }: { certify?: MigrationConfigInput['certify'] } & Parameters<typeof migrationWorld>[0] = {},
): Promise<ExitWorld> {
  const redirect = await provingRedirect(() => world);
  const world = await migrationWorld({
    ...options,
    config: {
      link: { baseUrl: redirect.url },
      certify: { driftFreeDays: 0, ...certify },
      ...options.config,
    },
  });
  const written = await addDocuments(world, documents);
  await world.run();
  return {
    ...world,
    written,
    close: async () => {
      redirect.close();
      await world.close();
    },
  };
}

/** All switched, the way back tried, and a backup that found nothing new. */
export async function readyToExit(world: ExitWorld): Promise<void> {
  await runSwitch(world);
  await runRollback(world);
  await runSwitch(world);
  // a server's Date has whole seconds: a file of the second in which a backup begins counts as new to it
  await sleep(1_100);
  await world.run();
}

type Changes = Partial<Pick<CertifyOptions, 'now' | 'signal' | 'progress' | 'onOpen' | 'config' | 'env'>> & {
  /** Stands between the command and its storage. */
  readonly watch?: (storage: Storage) => Storage;
};

/** What is missing before the contract may end. */
export function runPlan(world: ExitWorld, changes: Changes = {}): Promise<ExitPlan> {
  return withExit(world, changes, planExit);
}

/** The certificate itself. */
export function runCertify(world: ExitWorld, changes: Changes = {}): Promise<IssuedCertificate> {
  return withExit(world, changes, (tools, options) => issueCertificate(tools, options, () => '<!doctype html>'));
}

function withExit<T>(
  world: ExitWorld,
  { watch = (storage) => storage, ...changes }: Changes,
  work: (tools: Awaited<ReturnType<typeof certifyTools>>, options: CertifyOptions) => Promise<T>,
): Promise<T> {
  const config = changes.config ?? world.config;
  const options = {
    config,
    env: { CERTIFICATE_SIGNING_KEY: signingKey.private },
    now: Date.now(),
    signal: new AbortController().signal,
    progress: new CertifyProgress(),
    ...changes,
  };
  return withTools({ org: world.org, config }, async (tools) => {
    const bearer = (): string => world.org.accessTokens[INTEGRATION_USER] ?? '';
    const context = { ...tools, storage: watch(tools.storage), bearer };
    return await work(await certifyTools(context, config, storeKeys), options);
  });
}

/** Proves a certificate as somebody does who has the bucket and nothing else. */
export async function runProof(
  world: Pick<MigrationWorld, 'config'>,
  certificate: Certificate,
  request: Partial<ProofRequest> = {},
): Promise<Proof> {
  const signal = new AbortController().signal;
  const organizationId: OrganizationId = certificate.statement.organizationId;
  const storage = createStorage(storageOptions(world.config, { organizationId, env: storeKeys }));
  try {
    return await checkCertificate(
      storage,
      certificate,
      { mode: 'head', sample: undefined, trusted: signingKey.public, ...request },
      { place: world.config, signal, progress: new CertifyProgress() },
    );
  } finally {
    await storage.close();
  }
}
