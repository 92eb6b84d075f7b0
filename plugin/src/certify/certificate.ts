import { createHash } from 'node:crypto';
import { CERTIFICATE_FOLDER, OWN_FOLDER, isSalesforceId, type OrganizationId } from '@file-migration/config';
import { Failure } from '../model/failure.ts';
import type { ExitCheck } from './exit-check.ts';

export const certificateFormat = 'file-migration-certificate/1';

/** How many documents ended how. */
export type CertifiedCounts = {
  readonly documents: number;
  readonly switched: number;
  readonly accepted: number;
  readonly empty: number;
  readonly deleted: number;
  /** Of all copies that the ledger names. */
  readonly bytes: number;
};

/** What is signed. */
export type Statement = {
  readonly format: typeof certificateFormat;
  readonly id: string;
  /** ISO 8601 in UTC. */
  readonly issuedAt: string;
  readonly organizationId: OrganizationId;
  readonly object: string;
  readonly urlField: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly counts: CertifiedCounts;
  readonly ledger: {
    readonly lines: number;
    readonly bytes: number;
    readonly sha256: string;
    /** Root of the Merkle tree over the ledger's lines (RFC 6962, SHA-256), in hex. */
    readonly merkleRoot: string;
    /** Of the object that holds the hash of every line, 32 bytes each. */
    readonly leavesSha256: string;
  };
  readonly checks: readonly Pick<ExitCheck, 'id' | 'status' | 'found' | 'expected'>[];
};

export type Certificate = {
  readonly statement: Statement;
  readonly signature: {
    readonly algorithm: SignatureAlgorithm;
    /** PEM (SubjectPublicKeyInfo). */
    readonly publicKey: string;
    /** Base64. */
    readonly value: string;
  };
};

export const signatureAlgorithms = ['ed25519', 'ecdsa-p256-sha256'] as const;
export type SignatureAlgorithm = (typeof signatureAlgorithms)[number];

/** Names of what a certificate consists of, in our own folder of the target. */
export function certificateNames(id: string): {
  readonly ledger: string;
  readonly leaves: string;
  readonly certificate: string;
  readonly page: string;
} {
  const folder = `${CERTIFICATE_FOLDER.slice(OWN_FOLDER.length)}${id}/`;
  return {
    ledger: `${folder}ledger.ndjson`,
    leaves: `${folder}leaves.sha256`,
    certificate: `${folder}certificate.json`,
    page: `${folder}certificate.html`,
  };
}

/** `2026-11-28T04-00-00Z-0f3a9c1b` */
export function isCertificateId(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z-[0-9a-f]{8}$/.test(text);
}

/**
 * The bytes that are signed: the hash of the statement in the canonical form of RFC 8785, with a name before it, so that
 * no signature of ours under something else can pass for one of a certificate. Short enough for any signing service.
 */
export function signedMessage(statement: Statement): Buffer {
  const digest = createHash('sha256').update(canonicalJson(statement)).digest('hex');
  return Buffer.from(`${certificateFormat}\nsha256:${digest}\n`);
}

/** JSON Canonicalization Scheme (RFC 8785): what ECMAScript writes, with the members of objects sorted. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}

/**
 * Reads a certificate that anybody may have written.
 * @throws Failure `certificate-invalid` (stop) that says what is wrong with it
 */
export function parseCertificate(bytes: Buffer): Certificate {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw invalid(`it is no JSON, or not all of it (${error instanceof Error ? error.message : String(error)})`);
  }
  const { statement, signature } = object(value, 'the file');
  const checked = object(statement, 'statement');
  if (checked.format !== certificateFormat) {
    throw invalid(
      `its format is ${JSON.stringify(checked.format ?? null).slice(0, 60)}; this version reads "${certificateFormat}"`,
    );
  }
  if (typeof checked.id !== 'string' || !isCertificateId(checked.id)) throw invalid('its id has another form');
  for (const name of ['issuedAt', 'object', 'urlField', 'bucket'] as const) text(checked[name], name);
  if (typeof checked.prefix !== 'string' || (checked.prefix !== '' && !checked.prefix.endsWith('/'))) {
    throw invalid('its prefix has another form');
  }
  if (typeof checked.organizationId !== 'string' || !isSalesforceId(checked.organizationId)) {
    throw invalid('it names no org');
  }
  const counts = object(checked.counts, 'counts');
  for (const name of ['documents', 'switched', 'accepted', 'empty', 'deleted', 'bytes']) number(counts[name], name);
  const ledger = object(checked.ledger, 'ledger');
  for (const name of ['lines', 'bytes']) number(ledger[name], `ledger.${name}`);
  for (const name of ['sha256', 'merkleRoot', 'leavesSha256']) hexHash(ledger[name], `ledger.${name}`);
  if (!Array.isArray(checked.checks)) throw invalid('it lists no checks');
  for (const check of checked.checks as unknown[]) {
    const { id, status, found, expected } = object(check, 'a check');
    for (const part of [id, status, found, expected]) text(part, 'a part of a check');
  }
  const { algorithm, publicKey, value: signed } = object(signature, 'signature');
  if (!(signatureAlgorithms as readonly unknown[]).includes(algorithm))
    throw invalid('its signature is of no known kind');
  text(publicKey, 'signature.publicKey');
  text(signed, 'signature.value');
  return value as Certificate;
}

function object(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(`${name} is no JSON object`);
}

function text(value: unknown, name: string): void {
  if (typeof value !== 'string' || value === '') throw invalid(`${name} is no text`);
}

function number(value: unknown, name: string): void {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw invalid(`${name} is no count`);
}

function hexHash(value: unknown, name: string): void {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) throw invalid(`${name} is no SHA-256 in hex`);
}

function invalid(why: string): Failure {
  return new Failure(`This is no certificate of File Migration: ${why}.`, {
    code: 'certificate-invalid',
    actions: ['Name the file that certify wrote, or fetch it again from the bucket.'],
  });
}
