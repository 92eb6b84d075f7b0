import type { MigrationConfig } from '@file-migration/config';
import type { JobWindows } from '../catalog/journal.ts';
import { Failure } from '../model/failure.ts';
import type { FieldSetting, OrgFacts } from '../org/org-facts.ts';
import type { Org } from '../org/port.ts';
import { count, share } from '../format/quantity.ts';
import { counted } from './counted.ts';
import { gate, type Gate } from './gate.ts';
import { windowWords } from './residual-window.ts';
import { DEPLOY_COMMAND } from '../model/guidance.ts';

const permissionSet = 'File_Migration_User';

/** The longest values that the wave will write, in characters. */
export type LongestValues = { readonly link: number; readonly key: number; readonly originalUrl: number };

/** Gates about what is deployed in the org, and who may do what. */
export async function* orgGates(
  org: Org,
  config: MigrationConfig,
  longest: LongestValues,
  windows: JobWindows | undefined,
): AsyncGenerator<Gate> {
  const facts = await org.facts();
  yield fields(facts);
  yield lengths(facts, longest);
  yield guard(facts, windows);
  yield await permitted(org, config);
}

function fieldOf({ fields: all }: OrgFacts, setting: FieldSetting) {
  return all.find((field) => field.setting === setting);
}

function fields(facts: OrgFacts): Gate {
  const needed = (['urlField', 'keyField', 'originalUrlField'] as const).map((setting) => fieldOf(facts, setting));
  const bad = needed.flatMap((each) => (each?.field?.updateable === true ? [] : [each?.name ?? 'a field']));
  return gate('fields', bad.length === 0, {
    found: bad.length === 0 ? 'all three fields can be written' : `cannot be written: ${bad.join(', ')}`,
    threshold: 'URL, key and original URL are there and writable',
    mend: `${DEPLOY_COMMAND}; then assign the permission set File_Migration_Integration to the integration user`,
  });
}

export function lengths(facts: OrgFacts, { link, key, originalUrl }: LongestValues): Gate {
  const needs: readonly (readonly [FieldSetting, number])[] = [
    ['urlField', link],
    ['keyField', key],
    ['originalUrlField', originalUrl],
  ];
  const short = needs.flatMap(([setting, characters]) => {
    const found = fieldOf(facts, setting);
    return found?.field !== undefined && found.field.length < characters
      ? [`${found.name} holds ${found.field.length} characters, ${characters} are needed`]
      : [];
  });
  return gate('link-length', short.length === 0, {
    found:
      short.length === 0
        ? `the longest value fits (${needs.map(([, needed]) => needed).join(', ')})`
        : short.join('; '),
    threshold: 'link, key and original URL fit their fields',
    mend: 'Lengthen the field (a URL field never holds more than 255 characters), or use a shorter link.baseUrl or key.layout',
  });
}

function guard({ deployed, user }: OrgFacts, windows: JobWindows | undefined): Gate {
  const active = deployed.guard.available && deployed.guard.value === 'active';
  const writer = user.available && user.value.writer.available && user.value.writer.value;
  const state = deployed.guard.available ? deployed.guard.value : `not known (${deployed.guard.message})`;
  return gate('guard', active && writer, {
    found:
      active && writer
        ? state
        : `${active ? 'active, but this user lacks File_Migration_Writer' : state}; ${windowWords(windows)}`,
    threshold: 'active for this user; else an edit between our read and our write is lost',
    mend: active ? 'sf org assign permset --name File_Migration_Integration' : DEPLOY_COMMAND,
  });
}

async function permitted(org: Org, config: MigrationConfig): Promise<Gate> {
  const least = config.switch.gates.permittedUsersMinimumShare;
  const words = {
    threshold: `at least ${share(least, 1)} of the active standard users have ${permissionSet}`,
    mend: `sf org assign permset --name ${permissionSet} --on-behalf-of <user>`,
  };
  if (config.link.style === 's3')
    return gate('permission-set', true, { found: 'not needed for plain S3 links', ...words });
  try {
    const users = await counted(
      org,
      "SELECT COUNT(Id) found FROM User WHERE IsActive = true AND UserType = 'Standard'",
    );
    const having = await counted(
      org,
      `SELECT COUNT(Id) found FROM PermissionSetAssignment WHERE PermissionSet.Name = '${permissionSet}' AND Assignee.IsActive = true AND Assignee.UserType = 'Standard'`,
    );
    return gate('permission-set', having >= users * least, {
      found: `${count(having)} of ${count(users)} (${share(having, users)})`,
      ...words,
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return gate('permission-set', false, { found: `the org does not tell: ${error.message}`, ...words });
  }
}
