import { parseArgs } from 'node:util';
import { readFaultFile } from '../faults/fault-file.ts';
import { population } from '../population/population.ts';
import { seedStandIns } from '../population/seed-stand-ins.ts';
import { orgFaultSchema } from './fault.ts';
import { startSalesforceOrg, type SalesforceOrg } from './index.ts';

const usage = `npm run stand-in:org -- [options]

  --port N           port to listen on (default: any free one)
  --data DIR         keep the records in this folder (default: a temporary one)
  --documents N      documents of a realistic population, when the org has none yet (default: 500)
  --seed N           seed of the population, the faults and the order of job results (default: 1)
  --faults FILE      fault rules, see README.md
  --namespace NAME   a package's prefix on the document object and its fields
  --not-deployed     without our fields, objects and guard
  --no-guard         without the guard validation rule
  --job-ms N         least duration of a Bulk query job (default: 0)
  --batch-ms N       least duration of an internal batch of a Bulk ingest job (default: 0)
  --api-requests N   API calls allowed (default: 1000000)

The first line printed is JSON with url, orgId, username, accessToken and how to log in with the sf CLI.`;

/** A whole number from a flag; throws a sentence. */
function readNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${name} takes a whole number, not "${text}".`);
}

function readFlags() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      data: { type: 'string' },
      documents: { type: 'string', default: '500' },
      seed: { type: 'string', default: '1' },
      faults: { type: 'string' },
      namespace: { type: 'string' },
      'not-deployed': { type: 'boolean', default: false },
      'no-guard': { type: 'boolean', default: false },
      'job-ms': { type: 'string', default: '0' },
      'batch-ms': { type: 'string', default: '0' },
      'api-requests': { type: 'string', default: '1000000' },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    help: values.help,
    documents: readNumber('documents', values.documents),
    options: {
      port: readNumber('port', values.port),
      seed: readNumber('seed', values.seed),
      deployed: !values['not-deployed'],
      guard: !values['not-deployed'] && !values['no-guard'],
      bulk: { jobMs: readNumber('job-ms', values['job-ms']), batchMs: readNumber('batch-ms', values['batch-ms']) },
      limits: { apiRequests: readNumber('api-requests', values['api-requests']) },
      ...(values.data === undefined ? {} : { data: values.data }),
      ...(values.faults === undefined ? {} : { faults: readFaultFile(values.faults, orgFaultSchema) }),
      ...(values.namespace === undefined ? {} : { names: { namespace: values.namespace } }),
    },
  };
}

function howToLogIn(org: SalesforceOrg): string {
  return `SF_ACCESS_TOKEN='${org.accessToken}' sf org login access-token --instance-url ${org.url} --no-prompt --alias simulated`;
}

async function main(): Promise<void> {
  const flags = readFlags();
  if (flags.help) {
    console.log(usage);
    return;
  }
  const org = await startSalesforceOrg({ ...flags.options, log: (line) => console.error(line) });
  const { url, orgId, username, accessToken, accessTokens } = org;
  if (flags.documents > 0 && org.records.count(org.documentObject) === 0) {
    await seedStandIns(population({ documents: flags.documents, seed: flags.options.seed }), { org });
  }
  console.log(JSON.stringify({ url, orgId, username, accessToken, accessTokens, login: howToLogIn(org) }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void org.close());
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  console.error('Try: npm run stand-in:org -- --help');
  process.exitCode = 2;
}
