import type { MigrationConfig } from '@file-migration/config';
import type { CatalogBinding } from '../catalog/port.ts';
import type { Available } from '../model/available.ts';
import { DEPLOY_COMMAND } from '../model/guidance.ts';
import { PANEL_OBJECTS, PERMISSION_SETS } from '../org/org-facts-reader.ts';
import type { FieldSetting, OrgFacts } from '../org/org-facts.ts';
import { count, duration, share } from '../format/quantity.ts';
import { rule, type Check } from './check.ts';

/** Salesforce and S3 both refuse what is signed with a clock that is off by more; a minute is a warning. */
const skewWarnMs = 60_000;
const skewFailMs = 5 * 60_000;
/** From this share of the daily API budget on, a backup may have to pause. */
const apiShareWarn = 0.8;

/** What the org tells about itself, judged for a migration. */
export function* orgChecks(
  facts: OrgFacts,
  config: MigrationConfig,
  binding: CatalogBinding | undefined,
): Generator<Check> {
  yield* organization(facts, binding);
  yield clock(facts);
  yield user(facts);
  yield license(facts);
  yield object(facts, config);
  yield* fields(facts);
  yield permissions(facts, config);
  yield limits(facts);
  yield panel(facts);
  yield appPolicy(facts);
}

function* organization(facts: OrgFacts, binding: CatalogBinding | undefined): Generator<Check> {
  const reachable = rule('org-reachable');
  if (!facts.organization.available) {
    yield reachable.unknown(`The organization: ${reasonOf(facts.organization)}`, loginOrGrant);
    return;
  }
  const { id, name, edition, isSandbox, instance } = facts.organization.value;
  yield reachable.passed(
    `${name} (${edition}${isSandbox ? ', sandbox' : ''}, ${instance}, ${id}) answers with API version ${facts.apiVersion.used}.`,
  );
  const bound = rule('org-bound');
  if (binding === undefined) yield bound.passed('The catalog is not bound to an org yet; the first backup binds it.');
  else {
    const isIt = binding.organizationId === id;
    yield bound.judged(
      isIt,
      isIt
        ? 'It is the org that the catalog is bound to.'
        : `The catalog belongs to the org ${binding.organizationId}, not to this one. Full sandboxes share record ids with production, so nothing will be mixed.`,
      'Name the right org (--target-org), or another catalog (catalog.file in migration.json).',
    );
  }
}

function clock({ clockSkewMs }: OrgFacts): Check {
  const off = Math.abs(clockSkewMs);
  return rule('org-clock', { blocks: off > skewFailMs ? 'backup' : 'nothing' }).judged(
    off <= skewWarnMs,
    `This computer's clock and Salesforce's differ by ${duration(off)}.`,
    'Let the system keep the time: timedatectl set-ntp true',
  );
}

function user({ user: answer }: OrgFacts): Check {
  const { judged, unknown } = rule('org-user');
  if (!answer.available) return unknown(`The running user: ${reasonOf(answer)}`, loginOrGrant);
  const { username, apiEnabled } = answer.value;
  return judged(
    apiEnabled,
    apiEnabled ? `${username} may use the API.` : `${username} lacks "API Enabled".`,
    'Give the user a permission set with API Enabled.',
  );
}

function object({ object: answer }: OrgFacts, { org: { document } }: MigrationConfig): Check {
  const { judged, failed, unknown } = rule('org-object');
  if (!answer.available && answer.code === 'object-missing')
    return failed(
      `There is no object ${document.object}, or this user may not see it.`,
      'Set org.document.object in migration.json to its API name (with its namespace), or give the user access to it.',
    );
  if (!answer.available) return unknown(`The object ${document.object}: ${reasonOf(answer)}`, loginOrGrant);
  const { queryable, label } = answer.value;
  return judged(
    queryable,
    queryable ? `${document.object} ("${label}") can be read.` : `${document.object} cannot be queried.`,
    'Choose the object that holds the document records: org.document.object in migration.json.',
  );
}

/** The fields that a backup reads; what only a switch needs is the rule `fields`. */
const readFields = ['nameField', 'urlField', 'accountField', 'externalIdField'] as const satisfies FieldSetting[];

function* fields({ fields: found }: OrgFacts): Generator<Check> {
  for (const setting of readFields) {
    const { name, field } = found.find((each) => each.setting === setting) ?? {};
    if (name === undefined) continue;
    const { passed, failed } = rule(`org-${setting}`);
    yield field === undefined
      ? failed(
          `The field ${name} is not there, or this user may not read it.`,
          `Correct org.document.${setting} in migration.json, or grant read access to the field.`,
        )
      : passed(`${name} can be read (${field.type}, ${field.length} characters).`);
  }
}

function permissions({ objectPermissions: answer }: OrgFacts, { org: { document } }: MigrationConfig): Check {
  const { judged, unknown } = rule('org-view-all');
  if (!answer.available)
    return unknown(`Whether the user sees all records of ${document.object}: ${reasonOf(answer)}`, loginOrGrant);
  const { viewAll } = answer.value;
  return judged(
    viewAll,
    viewAll
      ? `The user sees all records of ${document.object} (View All).`
      : `The user has no View All on ${document.object}: records that sharing hides would be missing from every count.`,
    'Assign the permission set File_Migration_Integration, or grant View All Records on the object.',
  );
}

function limits({ limits: answer }: OrgFacts): Check {
  const { judged, unknown } = rule('org-limits');
  const grant = 'Grant "View Setup and Configuration"; a backup works without, but cannot warn in time.';
  if (!answer.available) return unknown(`The org does not tell its limits to this user (${answer.code}).`, grant);
  const api = answer.value.find(({ name }) => name === 'DailyApiRequests');
  if (api === undefined) return unknown('The org tells no limit of daily API requests.', grant);
  const used = api.max - api.remaining;
  return judged(
    used <= api.max * apiShareWarn,
    `${count(used)} of ${count(api.max)} API requests of the last 24 hours are used (${share(used, api.max)}).`,
    'Wait until the budget has recovered, or start the backup at night.',
  );
}

/** Salesforce lets this license hold no permission set without the permission set license beside it. */
const INTEGRATION_LICENSE = 'Salesforce Integration';
const INTEGRATION_LICENSE_SET = 'SalesforceAPIIntegrationPsl';

function license({ user: answer }: OrgFacts): Check {
  const { passed, judged } = rule('org-license');
  const { unknown } = rule('org-license', { blocks: 'nothing' });
  if (!answer.available) return unknown(`The user's licenses: ${reasonOf(answer)}`, loginOrGrant);
  const { licenses, username } = answer.value;
  if (!licenses.available) return unknown(`The user's licenses: ${reasonOf(licenses)}`, loginOrGrant);
  const { user, sets } = licenses.value;
  if (user !== INTEGRATION_LICENSE) return passed(`The license ${user} needs no other beside it.`);
  const isComplete = sets.includes(INTEGRATION_LICENSE_SET);
  return judged(
    isComplete,
    isComplete
      ? `The user has the license ${user} and the permission set license it needs.`
      : `The user has the license ${user} without the permission set license ${INTEGRATION_LICENSE_SET}: Salesforce refuses it every permission set with access to objects.`,
    `sf org assign permsetlicense --name ${INTEGRATION_LICENSE_SET} --on-behalf-of ${username}`,
  );
}

/** What publishing writes into, and who may see it. */
function panel({ deployed: { objects, permissionSets } }: OrgFacts): Check {
  const { judged, unknown } = rule('org-panel');
  if (!objects.available) return unknown(`Our objects: ${reasonOf(objects)}`, loginOrGrant);
  if (!permissionSets.available) return unknown(`Our permission sets: ${reasonOf(permissionSets)}`, loginOrGrant);
  const missing = [
    ...PANEL_OBJECTS.filter((name) => !objects.value.includes(name)),
    ...PERMISSION_SETS.filter((name) => !permissionSets.value.includes(name)),
  ];
  return judged(
    missing.length === 0,
    missing.length === 0
      ? 'The objects and permission sets of the status panel are deployed.'
      : `Not deployed, or not visible to this user: ${missing.join(', ')}; the status panel shows nothing without them.`,
    DEPLOY_COMMAND,
  );
}

/** Only the app's policy keeps people without the permission set from authorizing the redirect service. */
function appPolicy({ deployed: { appPolicies } }: OrgFacts): Check {
  const { passed, judged, unknown } = rule('org-app-policy');
  const where = 'Setup > External Client App Manager > File Migration Redirect > Policies';
  if (!appPolicies.available)
    return unknown(
      `Who may authorize the External Client App File Migration Redirect is not known (${appPolicies.code}: ${appPolicies.message}).`,
      `Look at ${where}: permitted users must be admin approved.`,
    );
  if (appPolicies.value.length === 0)
    return passed('The External Client App is not in this org: nobody can authorize it.');
  const open = appPolicies.value.filter((policy) => policy !== 'AdminApprovedPreAuthorized');
  return judged(
    open.length === 0,
    open.length === 0
      ? 'Only users who hold its permission set may authorize the External Client App.'
      : `The External Client App File Migration Redirect may be authorized by more than the holders of its permission set (${open.join(', ')}).`,
    `Set permitted users to admin approved in ${where}, or deploy it again: npm run deploy:salesforce -- app`,
  );
}

const loginOrGrant = 'Log in again or grant the access: sf org login web';

/** Denied is never taken for empty. */
function reasonOf({ code, message }: Available<unknown> & { available: false }): string {
  return `the org would not tell (${code}: ${message}).`;
}
