import { createHash, type KeyObject } from 'node:crypto';
import { OWN_FOLDER, type DocumentId, type MigrationConfig } from '@file-migration/config';
import { Failure } from '../model/failure.ts';
import { concurrently } from '../async/concurrently.ts';
import { RetryBudget } from '../storage/limits/retry.ts';
import type { Storage } from '../storage/storage.ts';
import { LedgerCounts } from './catalog-pass.ts';
import { certificateNames, signedMessage, type Certificate, type CertifiedCounts } from './certificate.ts';
import { fingerprint } from './certify.ts';
import type { CertifyProgress } from './certify-progress.ts';
import { isStored, parseEntry, type StoredEntry } from './ledger-entry.ts';
import { hashesOf, linesOf, longestLine } from './ledger-reader.ts';
import { leafHash, MerkleTree } from './merkle-tree.ts';
import { isSignedBy, publicPem, readPublicKey } from './signing-key.ts';

/** What stands against a certificate: it is not what was signed, or an object is not what it says. */
export type ProofFinding = {
  readonly kind: ForgeryKind | ObjectFindingKind;
  /** From 1; undefined for what is about the whole. */
  readonly line?: number;
  readonly document?: DocumentId;
  readonly key?: string;
  readonly message: string;
};

const forgeryKinds = [
  'signature-invalid',
  'key-not-trusted',
  'ledger-missing',
  'ledger-truncated',
  'ledger-longer',
  'ledger-differs',
  'line-forged',
  'line-unreadable',
  'leaves-damaged',
] as const;
type ForgeryKind = (typeof forgeryKinds)[number];
type ObjectFindingKind = 'object-missing' | 'object-differs' | 'object-unread';

export type ProofRequest = {
  /** How objects are looked at: by what the store returns, or by reading them. */
  readonly mode: 'head' | 'full';
  /** Objects to look at, drawn at random; undefined: all. */
  readonly sample: number | undefined;
  /** The key that the reader trusts; undefined: the signature is held against the certificate's own. */
  readonly trusted: KeyObject | undefined;
};

export type Proof = {
  readonly id: string;
  readonly issuedAt: string;
  readonly organizationId: string;
  /** `genuine`: all holds; `objects-differ`: the certificate is genuine and the bucket is not what it says. */
  readonly verdict: 'genuine' | 'objects-differ' | 'not-genuine';
  readonly key: { readonly fingerprint: string; readonly isTrusted: boolean };
  readonly lines: number;
  readonly counts: CertifiedCounts;
  readonly objects: {
    readonly checked: number;
    /** Of these, the store returned nothing to compare but a size. */
    readonly bySizeOnly: number;
  };
  readonly mode: ProofRequest['mode'];
  readonly sample?: number;
  readonly findings: Readonly<Partial<Record<ProofFinding['kind'], number>>>;
  readonly firstFindings: readonly ProofFinding[];
  readonly seconds: number;
};

export type ProofOptions = {
  readonly place: Pick<MigrationConfig, 'target' | 'key'>;
  readonly signal: AbortSignal;
  readonly progress: CertifyProgress;
  readonly onFinding?: (finding: ProofFinding) => void;
};

/** Objects looked at at once; storage itself lets as many through as the store bears. */
const window = 128;
const mostFirst = 20;
/** Lines that differ from their hashes and are named; more of them are counted. */
const mostNamedLines = 1_000;

/**
 * Proves a certificate against the bucket, without catalog and org, in one pass and flat memory: the signature, every
 * line of the ledger against the signed root, and the objects that the lines name.
 * @throws Failure `certificate-elsewhere` (stop) when it is about another bucket or prefix; of class `stop` or `pause`
 */
export async function checkCertificate(
  storage: Storage,
  certificate: Certificate,
  request: ProofRequest,
  { place, signal, progress, onFinding }: ProofOptions,
): Promise<Proof> {
  const began = performance.now();
  const { statement } = certificate;
  requirePlace(certificate, place);
  const findings = new ProofFindings(onFinding);
  const key = checkSignature(certificate, request.trusted, findings);
  progress.stageIs('Check the ledger and its objects', statement.ledger.lines);
  const ledger = new LedgerProof(storage, certificate, findings, signal);
  const objects = { checked: 0, bySizeOnly: 0 };
  const retries = new RetryBudget();
  const chosen = drawn(ledger.entries(progress), { total: statement.ledger.lines, sample: request.sample });
  await concurrently(chosen, { atOnce: window, signal }, async ({ line, entry }) => {
    const found = await retries.run(() => lookAt(storage, entry, request.mode, signal), signal).catch(unread);
    objects.checked += 1;
    if (found === 'size-only') objects.bySizeOnly += 1;
    else if (found !== 'equal') findings.add({ ...found, line, document: entry.document, key: entry.key });
  });
  signal.throwIfAborted();
  ledger.conclude();
  return {
    id: statement.id,
    issuedAt: statement.issuedAt,
    organizationId: statement.organizationId,
    verdict: findings.verdict(),
    key: { fingerprint: fingerprint(key), isTrusted: request.trusted !== undefined && findings.isKeyTrusted() },
    lines: ledger.lines,
    counts: statement.counts,
    objects,
    mode: request.mode,
    ...(request.sample !== undefined && { sample: request.sample }),
    findings: findings.counts,
    firstFindings: findings.first,
    seconds: (performance.now() - began) / 1000,
  };
}

/** A certificate of another place would be proved against objects that it is not about. */
function requirePlace(
  { statement: { bucket, prefix } }: Certificate,
  { target, key }: Pick<MigrationConfig, 'target' | 'key'>,
): void {
  if (bucket === target.bucket && prefix === key.prefix) return;
  throw new Failure(
    `The certificate is about the bucket ${JSON.stringify(bucket)} and the prefix ${JSON.stringify(prefix)}; migration.json names ${JSON.stringify(target.bucket)} and ${JSON.stringify(key.prefix)}.`,
    { code: 'certificate-elsewhere', actions: ['Name a migration.json of that bucket: --config-file <path>'] },
  );
}

function checkSignature(
  { statement, signature }: Certificate,
  trusted: KeyObject | undefined,
  findings: ProofFindings,
): KeyObject {
  const own = readPublicKey(signature.publicKey, 'The certificate');
  const key = trusted ?? own;
  if (publicPem(key) !== publicPem(own)) {
    findings.add({
      kind: 'key-not-trusted',
      message: `The certificate carries the key ${fingerprint(own)}; the one that you trust is ${fingerprint(key)}.`,
    });
  }
  const message = signedMessage(statement);
  if (!isSignedBy(key, signature.algorithm, { message, signature: Buffer.from(signature.value, 'base64') })) {
    findings.add({
      kind: 'signature-invalid',
      message: 'The signature is not one of this key over this statement: one of them was changed.',
    });
  }
  return key;
}

class ProofFindings {
  readonly first: ProofFinding[] = [];
  readonly counts: Partial<Record<ProofFinding['kind'], number>> = {};
  readonly #onFinding: ((finding: ProofFinding) => void) | undefined;

  constructor(onFinding: ((finding: ProofFinding) => void) | undefined) {
    this.#onFinding = onFinding;
  }

  add(finding: ProofFinding): void {
    this.counts[finding.kind] = (this.counts[finding.kind] ?? 0) + 1;
    if (this.first.length < mostFirst) this.first.push(finding);
    this.#onFinding?.(finding);
  }

  isKeyTrusted(): boolean {
    return this.counts['key-not-trusted'] === undefined && this.counts['signature-invalid'] === undefined;
  }

  verdict(): Proof['verdict'] {
    // the hashes beside the ledger only help to name a line: where they alone are damaged, the proof stands
    const forged = forgeryKinds.some((kind) => kind !== 'leaves-damaged' && this.counts[kind] !== undefined);
    if (forged) return 'not-genuine';
    return Object.keys(this.counts).some((kind) => kind !== 'leaves-damaged') ? 'objects-differ' : 'genuine';
  }
}

type Line = { readonly line: number; readonly entry: StoredEntry };

/** Reads the ledger and the hashes of its lines side by side, once. */
class LedgerProof {
  lines = 0;
  readonly #storage: Storage;
  readonly #certificate: Certificate;
  readonly #findings: ProofFindings;
  readonly #signal: AbortSignal;
  readonly #ofLines = new MerkleTree();
  readonly #ofHashes = new MerkleTree();
  readonly #sha256 = createHash('sha256');
  readonly #counts = new LedgerCounts();
  #bytes = 0;
  /** Lines whose hash is not the one beside the ledger, and how many of them there are. */
  readonly #differing: { line: number; document: DocumentId | undefined }[] = [];
  #differingLines = 0;
  #leavesProblem: string | undefined;
  #isReadToItsEnd = false;

  constructor(storage: Storage, certificate: Certificate, findings: ProofFindings, signal: AbortSignal) {
    this.#storage = storage;
    this.#certificate = certificate;
    this.#findings = findings;
    this.#signal = signal;
  }

  /** Every line that names an object. */
  async *entries(progress: CertifyProgress): AsyncGenerator<Line, void, undefined> {
    const { statement } = this.#certificate;
    const names = certificateNames(statement.id);
    const keyOf = (name: string): string => `${statement.prefix}${OWN_FOLDER}${name}`;
    const hashes = hashesOf(this.#storage.readTarget(keyOf(names.leaves), this.#signal));
    let previous = '';
    try {
      for await (const bytes of linesOf(this.#counted(keyOf(names.ledger)))) {
        this.lines += 1;
        const line = this.lines;
        if (line > statement.ledger.lines) {
          const message = `The ledger goes on behind line ${statement.ledger.lines}, the last one that was signed.`;
          this.#findings.add({ kind: 'ledger-longer', line, message });
          return;
        }
        if (bytes === 'too-long') {
          const message = `A line is longer than ${longestLine} bytes; nothing behind it was read.`;
          this.#findings.add({ kind: 'line-unreadable', line, message });
          return;
        }
        const leaf = leafHash(bytes);
        this.#ofLines.add(leaf);
        const entry = parseEntry(bytes, statement.prefix);
        const document = typeof entry === 'string' ? undefined : entry.document;
        await this.#holdAgainst(hashes, leaf, { line, document });
        if (typeof entry === 'string') {
          this.#findings.add({ kind: 'line-unreadable', line, message: `The line cannot be read: ${entry}.` });
          continue;
        }
        if (entry.document <= previous) {
          const message = `The line is about ${entry.document} and does not follow ${previous}: the ledger is ordered by id.`;
          this.#findings.add({ kind: 'ledger-differs', line, document: entry.document, message });
        }
        previous = entry.document;
        this.#counts.add(entry);
        if (line % 1_000 === 0) progress.doneIs(line);
        if (isStored(entry)) yield { line, entry };
      }
      this.#isReadToItsEnd = true;
    } catch (error) {
      if (!isMissing(error)) throw error;
      const message = `The ledger is not in the bucket: ${keyOf(names.ledger)}.`;
      this.#findings.add({ kind: 'ledger-missing', key: keyOf(names.ledger), message });
    } finally {
      await hashes.return();
    }
  }

  /** What the whole of it shows; to be called when every line was read. */
  conclude(): void {
    const { ledger, counts } = this.#certificate.statement;
    const isWhole = this.#ofLines.root() === ledger.merkleRoot && this.lines === ledger.lines;
    if (isWhole) {
      if (
        this.#leavesProblem !== undefined ||
        this.#differingLines > 0 ||
        this.#ofHashes.root() !== ledger.merkleRoot
      ) {
        const message = `The hashes beside the ledger are not those of its lines${this.#leavesProblem === undefined ? '' : ` (${this.#leavesProblem})`}; the ledger itself is what was signed.`;
        this.#findings.add({ kind: 'leaves-damaged', message });
      }
      if (this.#sha256.digest('hex') !== ledger.sha256 || this.#bytes !== ledger.bytes) {
        this.#findings.add({
          kind: 'ledger-differs',
          message: 'The ledger’s line breaks are not those that were signed.',
        });
      }
      if (JSON.stringify(this.#counts.counts()) !== JSON.stringify(counts)) {
        this.#findings.add({
          kind: 'ledger-differs',
          message: 'The ledger’s lines add up to other numbers than the certificate tells.',
        });
      }
      return;
    }
    if (this.#findings.counts['ledger-missing'] !== undefined) return;
    if (this.#isReadToItsEnd && this.lines < ledger.lines) {
      const message = `The ledger ends behind line ${this.lines}; ${ledger.lines} were signed.`;
      this.#findings.add({ kind: 'ledger-truncated', line: this.lines, message });
    }
    for (const { line, document } of this.#differing) {
      const message = `The line is not the one that was signed${document === undefined ? '' : `; it is now about ${document}`}.`;
      this.#findings.add({ kind: 'line-forged', line, ...(document !== undefined && { document }), message });
    }
    const more = this.#differingLines - this.#differing.length;
    const hashesHold = this.#ofHashes.root() === ledger.merkleRoot;
    if (more > 0 || this.#differingLines === 0 || !hashesHold) {
      const which =
        hashesHold || this.lines < ledger.lines
          ? ''
          : ', and neither are the hashes beside it, so that no line can be told apart for certain';
      const count = more > 0 ? ` ${more} more lines differ.` : '';
      this.#findings.add({
        kind: 'ledger-differs',
        message: `The ledger is not the one that was signed${which}.${count}`,
      });
    }
  }

  async *#counted(key: string): AsyncGenerator<Buffer, void, undefined> {
    const most = this.#certificate.statement.ledger.bytes + longestLine;
    for await (const chunk of this.#storage.readTarget(key, this.#signal)) {
      this.#sha256.update(chunk);
      this.#bytes += chunk.length;
      yield chunk;
      // one that never ends shows within its first line too many
      if (this.#bytes > most) return;
    }
  }

  async #holdAgainst(
    hashes: AsyncGenerator<Buffer, void, undefined>,
    leaf: Buffer,
    { line, document }: { line: number; document: DocumentId | undefined },
  ): Promise<void> {
    if (this.#leavesProblem !== undefined) return;
    try {
      const { value: signed } = await hashes.next();
      if (signed?.length !== leaf.length) {
        this.#leavesProblem = `they end before line ${line}`;
        return;
      }
      this.#ofHashes.add(signed);
      if (signed.equals(leaf)) return;
      this.#differingLines += 1;
      if (this.#differing.length < mostNamedLines) this.#differing.push({ line, document });
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.#leavesProblem = 'they are not in the bucket';
    }
  }
}

/** A simple random sample of a list whose length is known, in one pass (Knuth, The Art of Computer Programming, 3.4.2, algorithm S). */
async function* drawn(
  entries: AsyncGenerator<Line, void, undefined>,
  { total, sample }: { readonly total: number; readonly sample: number | undefined },
): AsyncGenerator<Line, void, undefined> {
  let left = sample ?? Infinity;
  for await (const item of entries) {
    const ahead = Math.max(1, total - item.line + 1);
    if (left === Infinity || Math.random() * ahead < left) {
      left -= 1;
      yield item;
    }
  }
}

type Look = 'equal' | 'size-only' | { readonly kind: ObjectFindingKind; readonly message: string };

async function lookAt(
  storage: Storage,
  entry: StoredEntry,
  mode: ProofRequest['mode'],
  signal: AbortSignal,
): Promise<Look> {
  const facts = await storage.targetFacts(entry.key, signal);
  if (facts === undefined) return { kind: 'object-missing', message: `The bucket holds nothing under ${entry.key}.` };
  const differs = (what: string): Look => ({ kind: 'object-differs', message: `${entry.key}: ${what}` });
  if (facts.size !== entry.size) return differs(`it has ${facts.size} bytes instead of ${entry.size}`);
  if (mode === 'full' && knownSha256(entry) !== undefined) {
    const { sha256 } = await storage.targetSha256(entry.key, signal);
    return sha256 === knownSha256(entry) ? 'equal' : differs('its content is another one (SHA-256)');
  }
  // a checksum of the content says more than an ETag, which changes when the same bytes are written again under KMS
  if (entry.checksum !== undefined && kindOf(entry.checksum) === kindOf(facts.checksum)) {
    return entry.checksum === facts.checksum ? 'equal' : differs('the store returns another checksum');
  }
  if (entry.etag !== undefined && facts.etag !== undefined) {
    return entry.etag === facts.etag ? 'equal' : differs('the store returns another ETag');
  }
  return 'size-only';
}

/** Hex. */
function knownSha256({ sha256, checksum }: StoredEntry): string | undefined {
  if (sha256 !== undefined) return sha256;
  const prefix = 'sha256:full:';
  return checksum?.startsWith(prefix) === true
    ? Buffer.from(checksum.slice(prefix.length), 'base64').toString('hex')
    : undefined;
}

/** `sha256:full` */
function kindOf(checksum: string | undefined): string | undefined {
  return checksum?.split(':').slice(0, 2).join(':');
}

/** An object that cannot be looked at is neither missing nor changed. */
function unread(error: unknown): Look {
  const isAboutThis = error instanceof Failure && (error.failureClass === 'skip' || error.failureClass === 'retry');
  if (!isAboutThis) throw error;
  return { kind: 'object-unread', message: error.message };
}

function isMissing(error: unknown): boolean {
  return error instanceof Failure && error.code === 'target-missing';
}
