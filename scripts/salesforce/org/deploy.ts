import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { nameOf, policiesIn, policyDifferences } from './app-policy.ts';
import { failureLines, type DeployResult } from './failures.ts';
import { orgView } from './org-view.ts';
import { readConfig } from './read-config.ts';
import { namesOf, renderRedirectApp } from './render.ts';
import { orRefuse, Refusal, sf, sfResult } from './sf.ts';
import { copyParts, refuseExamples, stage, STAGED_PARTS } from './stage.ts';

const usage = `npm run deploy:salesforce -- ACTION [options]

  validate --target-org ORG                checks in the org, runs our Apex tests, deploys nothing; prints the job id
  quick    --target-org ORG --job-id ID    deploys what was validated, without running the tests again
  start    --target-org ORG                both at once, for scratch orgs and sandboxes
  app      --target-org ORG --contact-email ADDRESS
                                           the External Client App, then its policies, then compares them with the org's
  stage    --output-dir DIR [--target-org ORG]
                                           only writes what would be deployed

  --config-file FILE   migration.json with the names of your object and fields and the address of your redirect service;
                       without it the default names, and no address

What the org has already stays: records of custom metadata are its administrator's. Nothing is deployed while an
example address stands in it.`;

const ROOT = resolve(import.meta.dirname, '../../..');
const TESTS = ['FileMigrationStatusControllerTest', 'FileMigrationLinkSettingsTest', 'FileMigrationOpenControllerTest'];
const APP = 'File_Migration_Redirect';
const POLICY_FOLDERS = ['extlClntAppPolicies', 'extlClntAppOauthPolicies'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'target-org': { type: 'string' },
    'config-file': { type: 'string' },
    'job-id': { type: 'string' },
    'contact-email': { type: 'string' },
    'output-dir': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (import.meta.main) await orRefuse(main);

async function main(): Promise<void> {
  const [action] = positionals;
  if (values.help || action === undefined) {
    console.log(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  switch (action) {
    case 'validate':
    case 'start':
      await inStage((folder) => deployStaged(action, folder));
      return;
    case 'quick':
      await sfResult(['project', 'deploy', 'quick', ...org(), '--job-id', needed('job-id'), '--wait', '60']);
      return;
    case 'app':
      await inStage(deployApp);
      return;
    case 'stage': {
      const view = values['target-org'] === undefined ? undefined : orgView(values['target-org']);
      await stage({ config: readConfig(values['config-file']), org: view, folder: resolve(needed('output-dir')) });
      return;
    }
    default:
      throw new Refusal(`There is no action ${action}.\n\n${usage}`, 2);
  }
}

async function deployStaged(action: 'validate' | 'start', folder: string): Promise<void> {
  await stage({ config: readConfig(values['config-file']), org: orgView(needed('target-org')), folder });
  const sources = STAGED_PARTS.map((part) => join(folder, part)).filter(holdsFiles);
  const answer = await sf([
    ...['project', 'deploy', action, ...org(), '--wait', '60', '--test-level', 'RunSpecifiedTests'],
    ...TESTS.flatMap((test) => ['--tests', test]),
    ...sources.flatMap((source) => ['--source-dir', source]),
  ]);
  const result = answer.result as (DeployResult & { readonly id?: string }) | undefined;
  if (answer.status !== 0) throw new Refusal(failureLines(result, answer.message).join('\n'));
  if (action === 'validate') console.log(result?.id ?? '');
}

/**
 * Salesforce makes an app's policies when the app is deployed, under names of its own, and lets everybody authorize the
 * app until they say otherwise: so the app first, then our policies under the org's names, then a look at what holds.
 */
async function deployApp(folder: string): Promise<void> {
  const settings = readConfig(values['config-file']);
  if (settings === undefined) throw new Refusal('--config-file says where sign-ins return to: link.baseUrl.', 2);
  const app = join(folder, 'redirect-app');
  copyParts(folder, ['redirect-app']);
  renderRedirectApp(namesOf(settings), needed('contact-email'), app);
  refuseExamples(app);

  const parts = readdirSync(join(app, 'default'));
  await deployFolders(parts.filter((part) => !POLICY_FOLDERS.includes(part)).map((part) => join(app, 'default', part)));
  const orgs = await retrievePolicies(join(folder, 'before'));
  for (const ours of policiesIn(app, APP)) {
    const theirs = orgs.find(({ xml }) => xml.name === ours.xml.name);
    if (theirs === undefined || nameOf(theirs) === nameOf(ours)) continue;
    const from = POLICY_FOLDERS.map((part) => join(app, 'default', part)).find((path) =>
      readdirSync(path).includes(ours.file),
    );
    if (from !== undefined)
      renameSync(join(from, ours.file), join(from, ours.file.replace(nameOf(ours), nameOf(theirs))));
  }
  await deployFolders(POLICY_FOLDERS.map((part) => join(app, 'default', part)));
  const differences = policyDifferences(policiesIn(app, APP), await retrievePolicies(join(folder, 'after')));
  if (differences.length > 0) {
    throw new Refusal(
      `The app is deployed, its policies are not as they must be. Setup > External Client App Manager > File Migration Redirect > Policies:\n${differences.join('\n')}`,
    );
  }
  console.log('The app is deployed, and only users who hold the permission set may authorize it.');
}

async function deployFolders(folders: readonly string[]): Promise<void> {
  const answer = await sf([
    ...['project', 'deploy', 'start', ...org(), '--wait', '30'],
    ...folders.flatMap((folder) => ['--source-dir', folder]),
  ]);
  if (answer.status !== 0) {
    throw new Refusal(failureLines(answer.result as DeployResult | undefined, answer.message).join('\n'));
  }
}

async function retrievePolicies(folder: string) {
  await sfResult([
    ...['project', 'retrieve', 'start', ...org(), '--wait', '30', '--unzip', '--target-metadata-dir', folder],
    ...['ExtlClntAppConfigurablePolicies', 'ExtlClntAppOauthConfigurablePolicies'].flatMap((type) => [
      '--metadata',
      type,
    ]),
  ]);
  return policiesIn(folder, APP);
}

/** Below the project, so that its .forceignore holds; removed afterwards. */
async function inStage(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(ROOT, 'staged-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function holdsFiles(folder: string): boolean {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).some((entry) => entry.isFile());
}

function org(): string[] {
  return ['--target-org', needed('target-org')];
}

function needed(flag: 'target-org' | 'job-id' | 'contact-email' | 'output-dir'): string {
  const value = values[flag];
  if (value === undefined || value === '') throw new Refusal(`--${flag} is missing.\n\n${usage}`, 2);
  return value;
}
