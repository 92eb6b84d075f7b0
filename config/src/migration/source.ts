import type * as zod from 'zod';
import { COPY_METHODS } from '../copy-method.ts';
import { EnvJson } from './env-text.ts';
import { credentials, envText, isObject, isSafeAddress, line, serviceUrl, wholeNumber } from './fields.ts';
import { z } from './zod.ts';

const host = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/,
    'a host as URLs hold it, in lower case, e.g. vendor-files.s3.us-west-2.amazonaws.com',
  );

const hostRule = z.strictObject({
  endpoint: serviceUrl.optional().describe('S3 endpoint that answers for this host.'),
  bucket: line.optional().describe('Bucket, where the URL does not show it (a CDN or a custom domain).'),
  region: line.optional().describe('Region to sign for, where the URL does not show it.'),
  pathStyle: z.boolean().optional().describe('Put the bucket into the path instead of the host name.'),
  credentials: credentials.optional().describe('Who reads it, where that is not source.credentials.'),
  s3: z.boolean().default(true).describe('false: an ordinary web server, read by the https method.'),
});

/** `{recordId}`, `{externalId}` and `{key}`, but not `${NAME}`. */
const PLACEHOLDER = /(?<!\$)\{([^{}]*)\}/g;

const onlyKnownPlaceholders = (text: string): boolean =>
  [...text.matchAll(PLACEHOLDER)].every(([, name]) => name === 'recordId' || name === 'externalId' || name === 'key');

const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'an HTTP header name');

const vendorApi = z
  .strictObject({
    method: z.enum(['GET', 'POST']).default('POST').describe('HTTP method of the request.'),
    url: line
      .refine(isVendorUrl, {
        error: 'an https URL (http only to localhost), with no placeholders but {recordId}, {externalId} and {key}',
      })
      .describe(
        'Address of the API, with {externalId} (org.document.externalIdField), {recordId} or {key} (of the source object) in it.',
      ),
    headers: z
      .record(headerName, envText)
      .default({})
      .describe('Request headers; secrets as references: {"authorization": "Bearer ${VENDOR_TOKEN}"}.'),
    body: z
      .record(z.string(), z.json())
      .optional()
      .describe('JSON body of a POST; {recordId}, {externalId} and {key} are filled into its texts.'),
    urlPointer: z
      .string()
      .regex(/^(?:\/(?:[^~/]|~[01])*)+$/, 'a JSON pointer such as /data/url')
      .default('/data/url')
      .describe('Where the presigned URL stands in the answer (RFC 6901).'),
    timeoutSeconds: wholeNumber(1, 300).default(30).describe('How long to wait for an answer, in seconds.'),
    allowedHosts: z
      .array(host)
      .default([])
      .describe('Hosts that presigned URLs may point at although they are private or this machine.'),
  })
  .refine(({ method, body }) => method !== 'GET' || body === undefined, {
    path: ['body'],
    error: 'no body with GET',
    when: isObject,
  })
  .transform(({ body, ...api }) => ({
    ...api,
    body: body === undefined ? undefined : new EnvJson(body),
  }));

/** The description of a vendor's API; references in headers and body are still to be revealed. */
export type VendorApi = zod.output<typeof vendorApi>;

/** How the files are read. */
export const source = z
  .strictObject({
    methods: z
      .array(z.enum(COPY_METHODS))
      .min(1)
      .refine((methods) => new Set(methods).size === methods.length, { error: 'each method once' })
      .default(['server-side-copy', 's3', 'https'])
      .describe(
        'Copy methods; the first that can copy a file wins. salesforce-file is a substitute: listing it opts in.',
      ),
    hosts: z
      .record(host, hostRule)
      .default({})
      .describe("What stands behind a host of the documents' URLs, where the URL alone does not tell."),
    credentials: credentials.prefault({}).describe('Who reads the vendor bucket; the usual AWS chain when empty.'),
    archived: z
      .strictObject({
        restore: z.boolean().default(false).describe('Ask the store to restore archived objects; costs money.'),
        days: wholeNumber(1, 365).default(7).describe('How many days a restored object stays readable.'),
        tier: z.enum(['Bulk', 'Standard', 'Expedited']).default('Bulk').describe('Speed and price of the restore.'),
      })
      .prefault({})
      .describe('What to do with objects in an archive storage class.'),
    vendorApi: vendorApi
      .optional()
      .describe('The vendor-api method: an API that hands out a presigned URL per document.'),
    salesforceFile: z
      .strictObject({
        callsPerDay: wholeNumber(1, 1_000_000)
          .default(5000)
          .describe('Most Salesforce API calls a day for reading files.'),
      })
      .prefault({})
      .describe('The salesforce-file method: the file linked to the record, when there is exactly one.'),
  })
  .refine(
    ({ methods, vendorApi: api }) => !Array.isArray(methods) || !methods.includes('vendor-api') || api !== undefined,
    {
      path: ['vendorApi'],
      error: 'a description of the API, because methods lists "vendor-api"',
      when: isObject,
    },
  );

function isVendorUrl(text: string): boolean {
  // A placeholder in the host would let a record choose who is asked, with our token in the request.
  if (/^[a-z]+:\/\/[^/]*\{/i.test(text) || !onlyKnownPlaceholders(text)) return false;
  return isSafeAddress(URL.parse(text.replace(PLACEHOLDER, 'x')));
}
