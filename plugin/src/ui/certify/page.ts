import { bytes, count } from '../../format/quantity.ts';
import type { Certificate } from '../../certify/certificate.ts';
import { fingerprint } from '../../certify/certify.ts';
import { readPublicKey } from '../../certify/signing-key.ts';

/** What the certificate says to people, the same on every kind of paper. */
export type CertificatePage = {
  readonly title: string;
  readonly lead: string;
  readonly facts: readonly Row[];
  readonly counts: readonly Row[];
  readonly checks: readonly (readonly [id: string, found: string, expected: string])[];
  readonly proof: readonly Row[];
  readonly howTo: readonly string[];
  readonly limits: string;
};

type Row = readonly [label: string, value: string];

/** The words of a certificate. */
export function certificatePage({ statement, signature }: Certificate): CertificatePage {
  const { id, issuedAt, organizationId, object, urlField, bucket, prefix, counts, ledger, checks } = statement;
  return {
    title: 'Certificate of completed file migration',
    lead:
      `On ${issuedAt.slice(0, 10)} every one of the ${count(counts.documents)} document records of this Salesforce org was accounted for, ` +
      'and no URL on any of them led to the former vendor’s storage.',
    facts: [
      ['Certificate', id],
      ['Issued', issuedAt],
      ['Salesforce org', organizationId],
      ['Records', `${object}, field ${urlField}`],
      ['Bucket', `${bucket}, below ${prefix}`],
    ],
    counts: [
      ['Open from the bucket', count(counts.switched)],
      ['Without a copy, accepted by a named person', count(counts.accepted)],
      ['Without a file', count(counts.empty)],
      ['Record deleted', count(counts.deleted)],
      ['All documents', count(counts.documents)],
      ['Size of the copies', bytes(counts.bytes)],
    ],
    checks: checks.map(({ id: check, found, expected }) => [check, found, expected]),
    proof: [
      ['Ledger', `${count(ledger.lines)} lines, ${bytes(ledger.bytes)}`],
      ['Merkle root (RFC 6962)', ledger.merkleRoot],
      ['SHA-256 of the ledger', ledger.sha256],
      ['Signature', `${signature.algorithm}: ${signature.value}`],
      ['Signing key', fingerprint(readPublicKey(signature.publicKey, 'The certificate'))],
    ],
    howTo: [
      'sf migrate files certify --check certificate.json --public-key public.pem',
      'sf migrate files certify --check certificate.json --public-key public.pem --sample 1000 --mode full',
    ],
    limits:
      'It says what was found at that moment. It does not say that the vendor has deleted its copies, that files were right before they were copied, or what happens to the bucket afterwards: the check above says that, whenever it is made.',
  };
}
