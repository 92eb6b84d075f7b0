import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bytes, count, duration } from '../../plugin/src/format/quantity.ts';
import { backupChapter } from './backup-chapter.ts';
import { logIn, orgAlias } from '@file-migration/kit/command/log-in';
import { reconcile, type Reconciliation } from './reconcile.ts';
import { runCommand } from './run-command.ts';
import type { Stage } from './stage.ts';
import { rollbackChapter, switchChapter } from './switch-chapter.ts';
import { alice, createWorld, type World } from './world.ts';

const usage = `npm run demo -- [--documents N] [--seed N] [--workers N] [--json] [--keep]

Migrates a simulated org with the real commands, there and back, and checks every file, URL and number.
  --documents N  size of the org, 100 to 200000 (default 500)
  --seed N       another org of the same shape (default 1)
  --workers N    copy with so many worker processes (backup --processes N), 2 to 64
  --json         no commentary; the last line is one JSON object
  --keep         leave the servers running, and say how to try the commands by hand`;

const options = readOptions();
/** Outlives the demo, for people to look at. */
const reportFile = join(tmpdir(), 'file-migration-demo-report.html');
const started = performance.now();
const say = (text: string): void => {
  if (!options.json) process.stdout.write(`${text}\n`);
};

say(`Starting a simulated org with ${count(options.documents)} documents, a vendor's bucket and your bucket …`);
const world = await createWorld(options);
const { workers } = options;
const stage: Stage = { world, say, workers, run: (...args) => runCommand(world, args, { quiet: options.json }) };
try {
  const { org, username, environment } = world;
  const accessToken = org.accessTokens[username] ?? '';
  await logIn({ org: { url: org.url, username, accessToken }, environment });
  say(`  org       ${org.url}  (simulated; users, records and API of a Salesforce org)`);
  say(`  store     ${world.store.url}  (simulated S3; buckets ${world.vendorBucket} and ${world.ownBucket})`);
  say(`  redirect  ${world.redirect.url}  (the real service)`);
  say(`  panel     in another terminal: npm run preview:panel -- --org ${org.url}`);

  await backupChapter(stage);
  await switchChapter(stage);
  const switched = await reconcile(world);
  say(closingTable('After the switch', switched));
  await rollbackChapter(stage);
  await stage.run('report', '--output-file', reportFile);
  await stage.run('status');
  const found = await reconcile(world);
  const seconds = (performance.now() - started) / 1000;
  say(closingTable('At the end', found));
  say(`\nDone in ${duration(seconds * 1000)}. Open the report in a browser: ${reportFile}`);
  if (options.keep) await leaveRunning(world);
  const differences = [...switched.differences, ...found.differences];
  if (options.json) {
    const { documents, states, evidence, target, urls } = found;
    const line = {
      documents,
      states,
      evidence,
      target,
      urls: { switched: switched.urls, rolledBack: urls },
      seconds: Math.round(seconds * 10) / 10,
      differences,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
  process.exitCode = differences.length === 0 ? 0 : 1;
} finally {
  await world.close();
  await rm(world.folder, { recursive: true, force: true });
}

function closingTable(moment: string, found: Reconciliation): string {
  const { states, accounted, target, urls } = found;
  const rows = Object.entries(states).filter(([, documents]) => documents > 0);
  return [
    '',
    `${moment}: the org, the catalog and the bucket, compared with each other`,
    ...rows.map(([state, documents]) => `  ${state.padEnd(12)} ${count(documents).padStart(8)}`),
    `  ${'documents'.padEnd(12)} ${count(found.documents).padStart(8)}  = the sum; ${count(found.inOrg)} of them are in the org now`,
    `  ${'URLs'.padEnd(12)} ${count(urls.ours).padStart(8)}  lead to your bucket, ${count(urls.original)} to the original`,
    '',
    `  ${'objects'.padEnd(12)} ${count(target.objects).padStart(8)}  listed from the bucket, ${bytes(target.bytes)}`,
    `  ${''.padEnd(12)} ${''.padStart(8)}  = ${count(accounted.current)} present files + ${count(accounted.older)} older revisions + ${count(accounted.ofDeleted)} of deleted documents + ${count(accounted.rollbackFiles)} rollback files + ${count(accounted.catalogFiles)} of the catalog`,
    `  ${'compared'.padEnd(12)} ${count(found.compared).padStart(8)}  copies with their sources, byte for byte`,
    `  ${'differences'.padEnd(12)} ${count(found.differences.length).padStart(8)}`,
    ...found.differences.map((difference) => `    ${difference}`),
  ].join('\n');
}

/** Until Ctrl-C. */
async function leaveRunning({ folder, environment, org, redirect }: World): Promise<void> {
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
      'sf migrate files switch --execute',
      '',
      'The status panel over this org, in a browser:',
      '',
      `npm run preview:panel -- --org ${org.url}`,
      '',
      'And as a user, in a browser: become Alice in the simulated org, then open any link that the switch wrote.',
      '',
      `${org.url}/stand-in/login?user=${alice}`,
      `${redirect.url}/d/<record id>`,
      '',
    ].join('\n'),
  );
  await new Promise((resolve) => process.once('SIGINT', resolve));
}

type Options = {
  readonly documents: number;
  readonly seed: number;
  readonly workers: number | undefined;
  readonly json: boolean;
  readonly keep: boolean;
};

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        documents: { type: 'string', default: '500' },
        seed: { type: 'string', default: '1' },
        workers: { type: 'string' },
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
      workers: values.workers === undefined ? undefined : wholeNumber('--workers', values.workers, 2, 64),
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
