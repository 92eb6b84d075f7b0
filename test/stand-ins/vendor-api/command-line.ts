import { parseArgs } from 'node:util';
import { readFaultFile } from '../faults/fault-file.ts';
import type { VendorApiOptions } from './vendor-api.ts';
import { vendorFaultSchema } from './vendor-fault.ts';

export const USAGE = `npm run stand-in:vendor -- --store URL --access-key-id ID --secret-access-key SECRET [flags]

  --store URL                 the object store that holds the vendor's bucket
  --access-key-id ID          the vendor's credentials for it
  --secret-access-key SECRET
  --region NAME               default us-east-1
  --bucket NAME               default vendor-documents
  --key-prefix PREFIX         what stands before an identifier in a key; default acme-pdf-manager/
  --port N                    default: any free port
  --token TOKEN               what callers must bring; default: a new one
  --expires SECONDS           life of a URL, 1 to 604800; default 300
  --requests-per-second N     more are answered 429; default: no limit
  --faults FILE               rules of what goes wrong, as JSON
  --seed N                    for the faults; default 1`;

/**
 * What the flags ask for; undefined when they ask for the usage only.
 * @throws Error that says in a sentence which flag is wrong and how
 */
export function vendorApiOptions(args: string[]): VendorApiOptions | undefined {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      store: text,
      'access-key-id': text,
      'secret-access-key': text,
      region: { ...text, default: 'us-east-1' },
      bucket: { ...text, default: 'vendor-documents' },
      'key-prefix': { ...text, default: 'acme-pdf-manager/' },
      port: { ...text, default: '0' },
      token: text,
      expires: { ...text, default: '300' },
      'requests-per-second': text,
      faults: text,
      seed: { ...text, default: '1' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return undefined;
  const perSecond = values['requests-per-second'];
  return {
    port: whole('port', values.port, 0, 65_535),
    store: {
      endpoint: webAddress(needed('store', values.store)),
      accessKeyId: needed('access-key-id', values['access-key-id']),
      secretAccessKey: needed('secret-access-key', values['secret-access-key']),
      region: values.region,
      bucket: values.bucket,
      keyPrefix: values['key-prefix'],
    },
    expiresInSeconds: whole('expires', values.expires, 1, 604_800),
    seed: whole('seed', values.seed, 0, 2 ** 31 - 1),
    ...(values.token === undefined ? {} : { token: values.token }),
    ...(perSecond === undefined ? {} : { requestsPerSecond: whole('requests-per-second', perSecond, 1, 1_000_000) }),
    ...(values.faults === undefined ? {} : { faults: readFaultFile(values.faults, vendorFaultSchema) }),
  };
}

function needed(flag: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new Error(`--${flag} is missing. Try --help.`);
  return value;
}

function whole(flag: string, value: string, least: number, most: number): number {
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (number >= least && number <= most) return number;
  throw new Error(`--${flag} must be a whole number from ${least} to ${most}, not ${JSON.stringify(value)}.`);
}

function webAddress(value: string): string {
  const address = URL.parse(value);
  if (address?.protocol === 'http:' || address?.protocol === 'https:') return value;
  throw new Error(`--store must be an http or https address, not ${JSON.stringify(value)}.`);
}
