import { line, serviceUrl, wholeNumber } from './fields.ts';
import { z } from './zod.ts';

const hostName = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?$/,
    'a host name in lower case, such as files.example.com',
  );

const signing = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('environment').describe('An Ed25519 private key in an environment variable.'),
    variable: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable')
      .default('CERTIFICATE_SIGNING_KEY')
      .describe('Holds the key in PEM (PKCS #8), its line breaks kept or written as \\n. Only certify reads it.'),
  }),
  z.strictObject({
    kind: z.literal('kms').describe('An asymmetric key of AWS KMS for signing: Ed25519, or ECDSA on P-256.'),
    keyId: line.describe('Key id, key ARN or alias ARN.'),
    region: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{1,40}$/, 'a region such as eu-central-1')
      .optional()
      .describe('Its region; by default that of the bucket.'),
    endpoint: serviceUrl.optional().describe('Endpoint of a service that speaks as KMS does; without it AWS.'),
  }),
]);

/** When the contract with the vendor may end, and who signs that. */
export const certify = z.strictObject({
  driftFreeDays: wholeNumber(0, 365)
    .default(7)
    .describe('No new or replaced file for so many days; 0: none since the last complete backup.'),
  verifiedWithinDays: wholeNumber(1, 365).default(30).describe('Every copy was verified within so many days.'),
  drillWithinDays: wholeNumber(1, 1095)
    .default(180)
    .describe('A rollback of at least one document was made, and read back, within so many days: the restore drill.'),
  openedSample: wholeNumber(1, 10_000)
    .default(50)
    .describe('So many links, drawn at random, are opened as users open them.'),
  otherHosts: z
    .array(hostName)
    .default([])
    .describe('Hosts that are not the vendor’s: URLs that lead there may stay on records.'),
  reviewedDependents: z
    .array(line)
    .default([])
    .describe('What refers to the URL field and a person has reviewed: "Type Name", as certify lists it.'),
  signing: signing
    .default({ kind: 'environment', variable: 'CERTIFICATE_SIGNING_KEY' })
    .describe('The key that signs the certificate.'),
});
