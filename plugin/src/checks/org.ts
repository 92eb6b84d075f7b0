import { LONGEST_KEY, documentId, fileLink, type MigrationConfig } from '@file-migration/config';
import type { JobWindows } from '../catalog/journal.ts';
import type { CatalogBinding } from '../catalog/port.ts';
import type { FieldDescription, FieldSetting, OrgFacts } from '../org/org-facts.ts';
import type { Available } from '../model/available.ts';
import { windowWords } from './residual-window.ts';
import { count, duration, share } from '../format/quantity.ts';
import { checksOf, type Check } from './check.ts';
import { DEPLOY_COMMAND } from '../model/guidance.ts';

const { pass, warn, fail } = checksOf('org');

/** Salesforce and S3 both refuse what is signed with a clock that is off by more; a minute is a warning. */
const skewWarnMs = 60_000;
const skewFailMs = 5 * 60_000;
/** From this share of the daily API budget on, a backup may have to pause. */
const apiShareWarn = 0.8;
/** All ids are equally long; any will do to measure a link. */
const longestId = documentId('a00000000000000AAA');

/** What the catalog knows of the org. */
export type KnownOfOrg = {
  /** Undefined before the first backup. */
  readonly binding: CatalogBinding | undefined;
  /** Undefined before the first job. */
  readonly windows: JobWindows | undefined;
};

/** What the org tells about itself, judged for a migration. */
export function orgChecks(facts: OrgFacts, config: MigrationConfig, { binding, windows }: KnownOfOrg): Check[] {
  return [
    ...organization(facts, binding),
    clock(facts),
    ...user(facts),
    ...object(facts, config),
    ...fields(facts, config),
    ...permissions(facts, config),
    ...limits(facts),
    ...deployed(facts, config, windows),
    ...license(facts),
    ...appPolicy(facts),
  ];
}

function* organization(facts: OrgFacts, binding: CatalogBinding | undefined): Generator<Check> {
  if (!facts.organization.available) {
    yield unavailable('org-reachable', 'The organization', facts.organization);
    return;
  }
  const { id, name, edition, isSandbox, instance } = facts.organization.value;
  yield pass(
    'org-reachable',
    `${name} (${edition}${isSandbox ? ', sandbox' : ''}, ${instance}, ${id}) answers with API version ${facts.apiVersion.used}.`,
  );
  if (binding === undefined)
    yield pass('org-bound', 'The catalog is not bound to an org yet; the first backup binds it.');
  else if (binding.organizationId === id) yield pass('org-bound', 'It is the org that the catalog is bound to.');
  else {
    yield fail(
      'org-bound',
      `The catalog belongs to the org ${binding.organizationId}, not to this one. Full sandboxes share record ids with production, so nothing will be mixed.`,
      'Name the right org (--target-org), or another catalog (catalog.file in migration.json).',
    );
  }
}

function clock({ clockSkewMs }: OrgFacts): Check {
  const off = Math.abs(clockSkewMs);
  const finding = `This computer's clock and Salesforce's differ by ${duration(off)}.`;
  const fix = 'Let the system keep the time: timedatectl set-ntp true';
  if (off > skewFailMs) return fail('org-clock', finding, fix);
  return off > skewWarnMs ? warn('org-clock', finding, fix) : pass('org-clock', finding);
}

function* user({ user: answer }: OrgFacts): Generator<Check> {
  if (!answer.available) {
    yield unavailable('org-user', 'The running user', answer);
    return;
  }
  const { username, apiEnabled } = answer.value;
  yield apiEnabled
    ? pass('org-user', `${username} may use the API.`)
    : fail('org-user', `${username} lacks "API Enabled".`, 'Give the user a permission set with API Enabled.');
}

function* object({ object: answer }: OrgFacts, { org: { document } }: MigrationConfig): Generator<Check> {
  if (!answer.available && answer.code === 'object-missing') {
    yield fail(
      'org-object',
      `There is no object ${document.object}, or this user may not see it.`,
      'Set org.document.object in migration.json to its API name (with its namespace), or give the user access to it.',
    );
  } else if (!answer.available) {
    yield unavailable('org-object', `The object ${document.object}`, answer);
  } else if (!answer.value.queryable) {
    yield fail(
      'org-object',
      `${document.object} cannot be queried.`,
      'Choose the object that holds the document records.',
    );
  } else {
    yield pass('org-object', `${document.object} ("${answer.value.label}") can be read.`);
  }
}

/** Fields that only phase 2 needs: their absence is a warning, because a backup runs without. */
const phaseTwoFields: readonly FieldSetting[] = ['keyField', 'originalUrlField'];

function* fields({ fields: found }: OrgFacts, { link }: MigrationConfig): Generator<Check> {
  const urlLength = found.find(({ setting }) => setting === 'urlField')?.field?.length ?? 0;
  for (const { setting, name, field } of found) {
    if (field !== undefined) {
      yield pass(`org-${setting}`, `${name} can be read (${field.type}, ${field.length} characters).`);
      if (setting === 'urlField') yield* urlField(field, link.baseUrl);
      if (setting === 'keyField') yield* longEnough(setting, field, LONGEST_KEY, 'a key');
      if (setting === 'originalUrlField') yield* longEnough(setting, field, urlLength, 'an original URL');
    } else if (phaseTwoFields.includes(setting)) {
      yield warn(
        `org-${setting}`,
        `The field ${name} is not deployed, or this user may not read it; phase 2 needs it.`,
        DEPLOY_COMMAND,
      );
    } else {
      yield fail(
        `org-${setting}`,
        `The field ${name} is not there, or this user may not read it.`,
        `Correct org.document.${setting} in migration.json, or grant read access to the field.`,
      );
    }
  }
}

/** A backup runs with shorter ones; the gates of phase 2 then measure what the documents really need. */
function* longEnough(
  setting: FieldSetting,
  { name, length }: FieldDescription,
  needed: number,
  what: string,
): Generator<Check> {
  if (length >= needed) return;
  yield warn(
    `org-${setting}-length`,
    `${name} holds ${length} characters, ${what} may have ${needed}; phase 2 would refuse what does not fit.`,
    `Lengthen ${name} to ${needed} characters.`,
  );
}

function* urlField({ name, updateable, length }: FieldDescription, baseUrl: string | undefined): Generator<Check> {
  yield updateable
    ? pass('org-url-updateable', `${name} can be written, as phase 2 will.`)
    : warn(
        'org-url-updateable',
        `${name} cannot be written by this user.`,
        'Grant edit access to the field; only phase 2 needs it.',
      );
  if (baseUrl === undefined) return;
  const needed = fileLink(baseUrl, longestId).length;
  if (needed > length) {
    yield fail(
      'org-url-length',
      `Our links have ${needed} characters, ${name} holds ${length}.`,
      'Choose a shorter link.baseUrl in migration.json.',
    );
  }
}

function* permissions(
  { objectPermissions: answer }: OrgFacts,
  { org: { document } }: MigrationConfig,
): Generator<Check> {
  if (!answer.available) {
    yield unavailable('org-view-all', `Whether the user sees all records of ${document.object}`, answer);
  } else if (answer.value.viewAll) {
    yield pass('org-view-all', `The user sees all records of ${document.object} (View All).`);
  } else {
    yield fail(
      'org-view-all',
      `The user has no View All on ${document.object}: records that sharing hides would be missing from every count.`,
      'Assign the permission set File_Migration_Integration, or grant View All Records on the object.',
    );
  }
}

function* limits({ limits: answer }: OrgFacts): Generator<Check> {
  if (!answer.available) {
    yield warn(
      'org-limits',
      `The org does not tell its limits to this user (${answer.code}).`,
      'Grant "View Setup and Configuration"; a backup works without, but cannot warn in time.',
    );
    return;
  }
  const api = answer.value.find(({ name }) => name === 'DailyApiRequests');
  if (api === undefined) return;
  const used = api.max - api.remaining;
  const finding = `${count(used)} of ${count(api.max)} API requests of the last 24 hours are used (${share(used, api.max)}).`;
  yield used > api.max * apiShareWarn
    ? warn('org-limits', finding, 'Wait until the budget has recovered, or start the backup at night.')
    : pass('org-limits', finding);
}

function* deployed(
  { deployed: { guard }, user: answer }: OrgFacts,
  { org: { guardRule } }: MigrationConfig,
  windows: JobWindows | undefined,
): Generator<Check> {
  if (!guard.available) {
    yield warn(
      'org-guard',
      `Whether the validation rule ${guardRule} is there is not known (${guard.code}).`,
      'Grant "View Setup and Configuration" to the user; only phase 2 asks for it.',
    );
    return;
  }
  const { writer } = answer.available ? answer.value : { writer: undefined };
  if (guard.value === 'active' && writer?.available === true && !writer.value) {
    yield warn(
      'org-guard',
      `The guard rule ${guardRule} is active, but not for this user, who lacks File_Migration_Writer; so phase 2 has a window in which a user's edit could be overwritten: ${windowWords(windows)}.`,
      'sf org assign permset --name File_Migration_Integration',
    );
    return;
  }
  yield guard.value === 'active'
    ? pass('org-guard', `The guard rule ${guardRule} is active: the org itself compares before it sets a URL.`)
    : warn(
        'org-guard',
        `The guard rule ${guardRule} is ${guard.value}; without it phase 2 has a window in which a user's edit could be overwritten: ${windowWords(windows)}.`,
        DEPLOY_COMMAND,
      );
}

/** Salesforce lets this licence hold no permission set without the permission set licence beside it. */
const INTEGRATION_LICENSE = 'Salesforce Integration';
const INTEGRATION_LICENSE_SET = 'SalesforceAPIIntegrationPsl';

function* license({ user: answer }: OrgFacts): Generator<Check> {
  if (!answer.available || !answer.value.licenses.available) return;
  const { user, sets } = answer.value.licenses.value;
  if (user !== INTEGRATION_LICENSE) return;
  yield sets.includes(INTEGRATION_LICENSE_SET)
    ? pass('org-license', `The user has the licence ${user} and the permission set licence it needs.`)
    : fail(
        'org-license',
        `The user has the licence ${user} without the permission set licence ${INTEGRATION_LICENSE_SET}: Salesforce refuses it every permission set with access to objects.`,
        `sf org assign permsetlicense --name ${INTEGRATION_LICENSE_SET} --on-behalf-of ${answer.value.username}`,
      );
}

/** Only the app's policy keeps people without the permission set from authorizing the redirect service. */
function* appPolicy({ deployed: { appPolicies } }: OrgFacts): Generator<Check> {
  const where = 'Setup > External Client App Manager > File Migration Redirect > Policies';
  if (!appPolicies.available) {
    yield warn(
      'org-app-policy',
      `Who may authorize the External Client App File Migration Redirect is not known (${appPolicies.code}: ${appPolicies.message}).`,
      `Look at ${where}: permitted users must be admin approved.`,
    );
    return;
  }
  if (appPolicies.value.length === 0) return;
  const open = appPolicies.value.filter((policy) => policy !== 'AdminApprovedPreAuthorized');
  yield open.length === 0
    ? pass('org-app-policy', 'Only users who hold its permission set may authorize the External Client App.')
    : warn(
        'org-app-policy',
        `The External Client App File Migration Redirect may be authorized by more than the holders of its permission set (${open.join(', ')}).`,
        `Set permitted users to admin approved in ${where}, or deploy it again: npm run deploy:salesforce -- app`,
      );
}

/** Denied is never taken for empty. */
function unavailable(id: string, what: string, answer: Available<unknown> & { available: false }): Check {
  return fail(
    id,
    `${what}: the org would not tell (${answer.code}: ${answer.message}).`,
    'Log in again or grant the access: sf org login web',
  );
}
