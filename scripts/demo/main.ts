import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { bytes, count, duration } from '../../plugin/src/text/quantity.ts';
import { applyChanges } from '../../test/stand-ins/population/seed-stand-ins.ts';
import { logIn, orgAlias } from './log-in.ts';
import { reconcile, type Reconciliation } from './reconcile.ts';
import { runCommand } from './run-command.ts';
import { createWorld, type World } from './world.ts';

const usage = `npm run demo -- [--documents N] [--seed N] [--json] [--keep]

Backs up a simulated org with the real commands, and checks every copy against its source.
  --documents N  size of the org, 100 to 200000 (default 500)
  --seed N       another org of the same shape (default 1)
  --json         no commentary; the last line is one JSON object
  --keep         leave the servers running, and say how to try the commands by hand`;

const options = readOptions();
const started = performance.now();
const say = (text: string): void => {
  if (!options.json) process.stdout.write(`${text}\n`);
};

say(`Starting a simulated org with ${count(options.documents)} documents, a vendor's bucket and your bucket …`);
const world = await createWorld(options);
try {
  await logIn(world);
  say(`  org    ${world.org.url}  (simulated; users, records and API of a Salesforce org)`);
  say(`  store  ${world.store.url}  (simulated S3; buckets ${world.vendorBucket} and ${world.ownBucket})`);

  await run(['doctor']);
  await run(['accounts', '--limit', '5']);
  await run(['backup', '--dry-run']);
  await run(['backup', '--full']);
  await run(['status']);

  const changes = world.people.changes({ at: new Date() });
  // A file that the vendor writes anew under the old URL leaves no trace on its record: verify finds it, not a backup.
  await applyChanges({ ...changes, overwritten: [] }, world);
  say(
    `\nA day passes in the org: ${count(changes.added.length)} new documents, ${count(changes.replaced.length)} replaced by their users, ` +
      `${count(changes.deleted.length)} deleted (some of them for good), ${count(changes.undeleted.length)} undeleted.`,
  );
  await run(['backup', '--incremental']);
  say('\nWhat is deleted for good shows by its absence only: a full run asks for it by id.');
  await run(['backup', '--full']);
  await run(['status']);

  const found = await reconcile(world);
  const seconds = (performance.now() - started) / 1000;
  say(closingTable(found, seconds));
  if (options.keep) await leaveRunning(world);
  const { documents, states, evidence, target, differences } = found;
  if (options.json) {
    const line = { documents, states, evidence, target, seconds: Math.round(seconds * 10) / 10, differences };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
  process.exitCode = differences.length === 0 ? 0 : 1;
} finally {
  await world.close();
  await rm(world.folder, { recursive: true, force: true });
}

async function run(args: readonly string[]): Promise<void> {
  await runCommand(world, args, { quiet: options.json });
}

function closingTable(found: Reconciliation, seconds: number): string {
  const { states, accounted, target } = found;
  const rows = Object.entries(states).filter(([, documents]) => documents > 0);
  return [
    '',
    'The org, the catalog and the bucket, compared with each other:',
    ...rows.map(([state, documents]) => `  ${state.padEnd(12)} ${count(documents).padStart(8)}`),
    `  ${'documents'.padEnd(12)} ${count(found.documents).padStart(8)}  = the sum; ${count(found.inOrg)} of them are in the org now`,
    '',
    `  ${'objects'.padEnd(12)} ${count(target.objects).padStart(8)}  listed from the bucket, ${bytes(target.bytes)}`,
    `  ${''.padEnd(12)} ${''.padStart(8)}  = ${count(accounted.current)} present files + ${count(accounted.older)} older revisions + ${count(accounted.ofDeleted)} of deleted documents`,
    `  ${'compared'.padEnd(12)} ${count(found.compared).padStart(8)}  copies with their sources, byte for byte`,
    `  ${'differences'.padEnd(12)} ${count(found.differences.length).padStart(8)}`,
    ...found.differences.map((difference) => `    ${difference}`),
    '',
    `Done in ${duration(seconds * 1000)}.`,
  ].join('\n');
}

/** Until Ctrl-C. */
async function leaveRunning({ folder, environment }: World): Promise<void> {
  const variables = Object.entries(environment).map(([name, value]) => `export ${name}=${value}`);
  process.stdout.write(
    [
      '',
      'The servers keep running until you press Ctrl-C. In another terminal, from the root of this project:',
      '',
      ...variables,
      `export PATH="$PWD/node_modules/.bin:$PATH"`,
      'sf plugins link plugin',
      `cd ${folder}`,
      `sf org display --target-org ${orgAlias}`,
      `sf data query --query "SELECT Name, Document__c FROM DocListEntry__c LIMIT 5" --target-org ${orgAlias}`,
      'sf migrate files status',
      '',
    ].join('\n'),
  );
  await new Promise((resolve) => process.once('SIGINT', resolve));
}

function readOptions(): { documents: number; seed: number; json: boolean; keep: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        documents: { type: 'string', default: '500' },
        seed: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(`${usage}\n`);
      process.exit(0);
    }
    return {
      documents: wholeNumber('--documents', values.documents, 100, 200_000),
      seed: wholeNumber('--seed', values.seed, 0, 2 ** 31),
      json: values.json,
      keep: values.keep,
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
    process.exit(2);
  }
}

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${flag} takes a whole number from ${least} to ${most}, not "${text}".`);
}
