import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { readFaultFile } from '../faults/fault-file.ts';
import { startObjectStore } from './server.ts';
import { storeFaultSchema } from './store-faults.ts';

const usage = `npm run stand-in:store -- [options]

  --port N           port to listen on (default: any free one)
  --host NAME        address to listen on (default: 127.0.0.1)
  --data DIR         keep everything in this folder (default: in memory)
  --region NAME      region of the store and its buckets (default: us-east-1)
  --bucket NAME      a bucket to have; may be repeated (default: vendor and target)
  --objects N        objects of random bytes to put into the first bucket (default: 0)
  --object-bytes N   size of each of them (default: 16384)
  --faults FILE      fault rules, see README.md
  --seed N           seed of the faults (default: 1)

The first line printed is JSON with url, region and credentials.`;

/** A number within bounds from a flag; throws a sentence. */
function readNumber(name: string, text: string, max: number): number {
  const number = Number(text);
  if (/^\d+$/u.test(text) && number <= max) return number;
  throw new Error(`--${name} takes a whole number from 0 to ${max}, not "${text}".`);
}

function readFlags() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      data: { type: 'string' },
      region: { type: 'string', default: 'us-east-1' },
      bucket: { type: 'string', multiple: true, default: ['vendor', 'target'] },
      objects: { type: 'string', default: '0' },
      'object-bytes': { type: 'string', default: '16384' },
      faults: { type: 'string' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    ...values,
    port: readNumber('port', values.port, 65_535),
    objects: readNumber('objects', values.objects, 10_000_000),
    objectBytes: readNumber('object-bytes', values['object-bytes'], 1024 ** 3),
    seed: readNumber('seed', values.seed, 2 ** 31),
  };
}

async function main(): Promise<void> {
  const flags = readFlags();
  if (flags.help) {
    console.log(usage);
    return;
  }
  const store = await startObjectStore({
    port: flags.port,
    host: flags.host,
    region: flags.region,
    buckets: flags.bucket,
    faultSeed: flags.seed,
    ...(flags.data === undefined ? {} : { data: flags.data }),
    ...(flags.faults === undefined ? {} : { faults: readFaultFile(flags.faults, storeFaultSchema) }),
  });
  const [first] = flags.bucket;
  for (let index = 0; first !== undefined && index < flags.objects; index += 1) {
    store.seed(first, `objects/${String(index).padStart(7, '0')}`, { bytes: randomBytes(flags.objectBytes) });
  }
  const { url, region, credentials } = store;
  console.log(JSON.stringify({ url, region, credentials, buckets: flags.bucket }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void store.close());
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.error('Try: npm run stand-in:store -- --help');
  process.exitCode = 2;
}
