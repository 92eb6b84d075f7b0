import { createHash, randomBytes } from 'node:crypto';
import type { Environment, MigrationConfig, OrganizationId } from '@file-migration/config';
import type { CatalogReader } from '../catalog/port.ts';
import type { ParseOurLink } from '../catalog/our-links.ts';
import { linkFaults, type WrittenLink } from '../checks/open-links.ts';
import { linkOf } from '../checks/link-of.ts';
import { countOf } from '../format/quantity.ts';
import { Failure } from '../model/failure.ts';
import type { Org } from '../org/port.ts';
import type { CredentialProvider } from '../storage/s3/credentials.ts';
import type { Storage } from '../storage/storage.ts';
import { accountFor, type AccountingRules } from './accounting.ts';
import { accountedDocuments, LedgerCounts, passCatalog, type CatalogPass, type OpenDocument } from './catalog-pass.ts';
import {
  certificateFormat,
  certificateNames,
  signedMessage,
  type Certificate,
  type CertifiedCounts,
  type Statement,
} from './certificate.ts';
import type { CertifyProgress } from './certify-progress.ts';
import { exitCheck, exitCheckIds, unknownExitCheck, type ExitCheck } from './exit-check.ts';
import {
  catalogPassChecks,
  dependentsCheck,
  driftCheck,
  journalCheck,
  orgPassChecks,
  restoreDrillCheck,
  vendorHosts,
} from './exit-checks.ts';
import { entryLine } from './ledger-entry.ts';
import { readOrg } from './org-pass.ts';
import { openSigningKey, publicPem, type SigningKey } from './signing-key.ts';
import { writeLedger } from './write-ledger.ts';

export type CertifyTools = {
  readonly catalog: CatalogReader;
  readonly org: Org;
  readonly storage: Storage;
  /** The org's own token, with which the redirect service opens the sample. */
  readonly bearer: () => string;
  readonly parseOurLink: ParseOurLink;
  /** Those that write the bucket; a key of KMS is used with them. */
  readonly credentials: CredentialProvider;
};

export type CertifyOptions = {
  readonly config: MigrationConfig;
  readonly env: Environment;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly signal: AbortSignal;
  readonly progress: CertifyProgress;
  /** Is told every document that is not accounted for. */
  readonly onOpen?: (open: OpenDocument) => void;
};

/** Whether the contract may end, and what is missing. */
export type ExitPlan = {
  readonly organizationId: OrganizationId;
  readonly isReady: boolean;
  readonly checks: readonly ExitCheck[];
  readonly counts: CertifiedCounts;
};

/** A certificate as it lies in the bucket. */
export type IssuedCertificate = {
  readonly certificate: Certificate;
  readonly ledgerKey: string;
  readonly certificateKey: string;
};

/** Looks at everything that must hold before the contract may end. Nothing is written. */
export async function planExit(tools: CertifyTools, options: CertifyOptions): Promise<ExitPlan> {
  const key = await signingKey(tools, options);
  return await look(tools, options, key);
}

/**
 * Looks at everything, and when all of it holds writes the ledger, the hashes of its lines and the signed certificate
 * into our own folder of the bucket: the certificate last, so that a ledger without one is none.
 * @param page renders the certificate for people; stored beside it
 * @throws Failure `not-ready` (stop) that names what is missing and the command for it
 */
export async function issueCertificate(
  tools: CertifyTools,
  options: CertifyOptions,
  page: (certificate: Certificate) => string,
): Promise<IssuedCertificate> {
  const key = await signingKey(tools, options);
  const plan = await look(tools, options, key);
  requireExit(plan);
  if (key instanceof Failure) throw key;
  const { config, now, signal, progress } = options;
  const issuedAt = new Date(now).toISOString();
  const id = `${issuedAt.slice(0, 19).replaceAll(':', '-')}Z-${randomBytes(4).toString('hex')}`;
  const names = certificateNames(id);
  progress.stageIs('Write the ledger', plan.counts.documents);
  const accounts = new LedgerCounts();
  const written = await writeLedger(tools.storage, accountedLines(tools, options, accounts), names, signal);
  const counts = accounts.counts();
  // what changed between the look and the ledger would be signed unseen
  if (JSON.stringify(counts) !== JSON.stringify(plan.counts)) throw changedMeanwhile();
  const statement: Statement = {
    format: certificateFormat,
    id,
    issuedAt,
    organizationId: plan.organizationId,
    object: config.org.document.object,
    urlField: config.org.document.urlField,
    bucket: config.target.bucket,
    prefix: config.key.prefix,
    counts,
    ledger: {
      lines: written.lines,
      bytes: written.size,
      sha256: written.sha256,
      merkleRoot: written.merkleRoot,
      leavesSha256: written.leavesSha256,
    },
    checks: plan.checks.map(({ id: check, status, found, expected }) => ({ id: check, status, found, expected })),
  };
  const signature = await key.sign(signedMessage(statement));
  const { algorithm, publicKey } = key;
  const certificate: Certificate = {
    statement,
    signature: { algorithm, publicKey: publicPem(publicKey), value: signature.toString('base64') },
  };
  progress.stageIs('Sign', 1);
  const html = { contentType: 'text/html; charset=utf-8', chunks: [Buffer.from(page(certificate))] };
  await tools.storage.putOwnObject(names.page, html, signal);
  const json = { contentType: 'application/json', chunks: [certificateFile(certificate)] };
  const { key: certificateKey } = await tools.storage.putOwnObject(names.certificate, json, signal);
  return { certificate, certificateKey, ledgerKey: written.key };
}

/** The certificate as a file. */
export function certificateFile(certificate: Certificate): Buffer {
  return Buffer.from(`${JSON.stringify(certificate, null, 2)}\n`);
}

/** @throws Failure `not-ready` (stop) that names every check that does not hold, and what fixes it */
function requireExit({ checks }: ExitPlan): void {
  const open = checks.filter(({ status }) => status !== 'passed');
  if (open.length === 0) return;
  throw new Failure(
    `The contract may not end yet: ${open.map(({ id, found, expected }) => `${id} (${found}; must be: ${expected})`).join('; ')}.`,
    { code: 'not-ready', actions: open.map(({ id, fix = '' }) => `${id}: ${fix}`) },
  );
}

async function signingKey(
  { credentials }: CertifyTools,
  { config, env }: CertifyOptions,
): Promise<SigningKey | Failure> {
  try {
    return await openSigningKey(config.certify.signing, { env, region: config.target.region, credentials });
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

async function look(tools: CertifyTools, options: CertifyOptions, key: SigningKey | Failure): Promise<ExitPlan> {
  const { catalog, org, parseOurLink } = tools;
  const { config, now, signal, progress } = options;
  const rules = accountingRules(config, now);
  const organizationId = await org.organizationId();
  const { documents } = await catalog.counts();
  progress.stageIs('Read the catalog', documents);
  const pass = await passCatalog(catalog, rules, {
    sampleSize: config.certify.openedSample,
    seed: randomBytes(8).toString('hex'),
    signal,
    onRead: (done) => progress.doneIs(done),
    ...(options.onOpen !== undefined && { onOpen: options.onOpen }),
  });
  progress.stageIs('Query records', documents);
  const records = await readOrg(org, catalog, {
    parseOurLink,
    otherHosts: config.certify.otherHosts,
    isDecided: (document) => {
      const accounting = accountFor(document, rules);
      return accounting.kind === 'accounted' && accounting.entry.outcome === 'accepted';
    },
    onRead: (done) => progress.doneIs(done),
  });
  progress.stageIs('Check', 1);
  const checks = [
    ...catalogPassChecks(pass, config),
    ...orgPassChecks(records, pass),
    await dependents(tools, config),
    await driftCheck(catalog, config, now),
    await journalCheck(catalog),
    await opened(tools, options, pass),
    await restoreDrillCheck(catalog, config, now),
    keyCheck(key),
  ].sort((a, b) => exitCheckIds.indexOf(a.id) - exitCheckIds.indexOf(b.id));
  return {
    organizationId,
    isReady: checks.every(({ status }) => status === 'passed'),
    checks,
    counts: pass.counts,
  };
}

/** By the settings, at a moment. */
function accountingRules({ backup, certify }: MigrationConfig, now: number): AccountingRules {
  return {
    minimumEvidence: backup.minimumEvidence,
    verifiedSince: now - certify.verifiedWithinDays * 86_400_000,
  };
}

async function dependents({ org, catalog }: CertifyTools, config: MigrationConfig): Promise<ExitCheck> {
  const { readers } = await org.writeEffects();
  const none = { available: true, value: new Map<string, string>() } as const;
  const sources = readers.available ? await org.dependentSources(readers.value) : none;
  const { origins } = await catalog.urlTally([]);
  const hosts = origins.flatMap((origin) => URL.parse(origin)?.host ?? []);
  return dependentsCheck(readers, sources, {
    vendorHosts: vendorHosts(hosts, config),
    reviewed: config.certify.reviewedDependents,
  });
}

/** Opens a sample of the links as users open them. */
async function opened(
  { bearer }: CertifyTools,
  { config, signal }: CertifyOptions,
  { sample, counts }: CatalogPass,
): Promise<ExitCheck> {
  const words = {
    expected: `up to ${countOf(config.certify.openedSample, 'link')}, drawn at random, give their files`,
    fix: 'sf migrate files doctor, and the log of the redirect service',
  };
  // where nothing was ever switched there is no link to open: `records` says whether that is right
  if (sample.length === 0) {
    const found = 'there is no link to open';
    return counts.documents > 0 && counts.switched === 0
      ? exitCheck('links-open', true, { found, ...words })
      : unknownExitCheck('links-open', { found, ...words });
  }
  const link = linkOf(config);
  const links = sample.flatMap(({ id, key, target, sha256 }): WrittenLink[] =>
    key === undefined || target === undefined
      ? []
      : [{ document: id, url: link(id, key), bytes: target.size, sha256, checksum: target.checksum }],
  );
  const faults = await linkFaults(links, { config, bearer, signal });
  return exitCheck('links-open', faults.length === 0 && links.length === sample.length, {
    found:
      faults.length === 0
        ? `${links.length} of ${sample.length} opened and gave their files`
        : `${countOf(faults.length, 'link')} of ${links.length} did not give its file: ${faults.slice(0, 3).join('; ')}`,
    ...words,
  });
}

function keyCheck(key: SigningKey | Failure): ExitCheck {
  const words = { expected: 'there is a key to sign with', fix: key instanceof Failure ? (key.actions[0] ?? '') : '' };
  return key instanceof Failure
    ? exitCheck('signing-key', false, { found: key.message, ...words })
    : exitCheck('signing-key', true, { found: `${key.algorithm}, ${fingerprint(key.publicKey)}`, ...words });
}

/** What people compare two keys by: SHA-256 of the public key, as `SHA256:base64`. */
export function fingerprint(publicKey: SigningKey['publicKey']): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return `SHA256:${createHash('sha256').update(der).digest('base64').replace(/=+$/, '')}`;
}

async function* accountedLines(
  { catalog }: CertifyTools,
  { config, now, signal, progress }: CertifyOptions,
  counts: LedgerCounts,
): AsyncGenerator<Buffer> {
  for await (const { accounting } of accountedDocuments(catalog, accountingRules(config, now), signal)) {
    if (accounting.kind === 'open') throw changedMeanwhile();
    counts.add(accounting.entry);
    if (counts.documents % 1_000 === 0) progress.doneIs(counts.documents);
    yield entryLine(accounting.entry);
  }
}

function changedMeanwhile(): Failure {
  return new Failure('Documents changed while the certificate was being written; no certificate was issued.', {
    code: 'not-ready',
    actions: ['Run it again when nothing else runs: sf migrate files certify --execute'],
  });
}
