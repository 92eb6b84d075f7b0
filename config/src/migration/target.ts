import { DEFAULT_KEY_LAYOUT, keyLayout, keyLayoutProblems } from '../key-layout.ts';
import { credentials, line, serviceUrl } from './fields.ts';
import { z } from './zod.ts';

const bucketName = z
  .string()
  .regex(
    /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/,
    'a bucket name of 3 to 63 characters',
  );

/** Classes whose objects open at once; users would wait hours for any other. */
const STORAGE_CLASSES = ['STANDARD', 'INTELLIGENT_TIERING', 'STANDARD_IA', 'ONEZONE_IA', 'GLACIER_IR'] as const;

const encryption = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bucket-default').describe("As the bucket's own default says.") }),
  z.strictObject({ kind: z.literal('AES256').describe('SSE-S3.') }),
  z.strictObject({
    kind: z.literal('aws:kms').describe('SSE-KMS.'),
    kmsKeyId: line.describe('Key id, key ARN or alias ARN.'),
    bucketKey: z.boolean().default(true).describe('Use a bucket key: far fewer requests to KMS.'),
  }),
]);

/** Your own bucket. */
export const target = z.strictObject({
  bucket: bucketName.describe('Your bucket.'),
  region: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,40}$/, 'a region such as eu-central-1')
    .describe('Its region.'),
  endpoint: serviceUrl.optional().describe('Endpoint of an S3-compatible store; without it Amazon S3.'),
  pathStyle: z
    .boolean()
    .optional()
    .describe('Put the bucket into the path instead of the host name; by default with an endpoint only.'),
  storageClass: z.enum(STORAGE_CLASSES).default('STANDARD').describe('Storage class of the copies.'),
  encryption: encryption
    .default({ kind: 'bucket-default' })
    .describe('Server-side encryption asked for with each copy.'),
  credentials: credentials.prefault({}).describe('Who writes your bucket; the usual AWS chain when empty.'),
});

/** What the objects in your bucket are called. Rendered once for each file and then frozen. */
export const key = z
  .strictObject({
    layout: z
      .string()
      .superRefine((template, context) => {
        for (const problem of keyLayoutProblems(template)) {
          context.addIssue({ code: 'custom', message: `a usable layout: ${problem}` });
        }
      })
      .default(DEFAULT_KEY_LAYOUT)
      .describe(
        'Folders of a key: first a fixed one, then fixed ones or {accountId} and {accountName}, and {recordId}/{fileName} at the end.',
      ),
    fileNames: z
      .enum(['kept', 'nameless'])
      .default('kept')
      .describe('"nameless" writes document.pdf instead of the name, for those who want no names in addresses.'),
  })
  .transform(({ layout, fileNames }) => keyLayout(layout, fileNames));

/** A link must fit a URL field of 255 characters, `/d/` and the id included. */
const linkBase = serviceUrl.refine((url) => url.length <= 230, { error: 'an address of at most 230 characters' });

/** What phase 2 writes on the documents. */
export const link = z.strictObject({
  style: z
    .enum(['redirect', 's3'])
    .default('redirect')
    .describe(
      '"redirect": links to the redirect service; "s3": plain S3 URLs, for a bucket that answers without signature.',
    ),
  baseUrl: linkBase
    .optional()
    .describe('Address of the redirect service, e.g. https://files.example.com; phase 2 needs it.'),
  formerBaseUrls: z
    .array(linkBase)
    .default([])
    .describe('Addresses it had before: links with them are still recognized as ours.'),
});
