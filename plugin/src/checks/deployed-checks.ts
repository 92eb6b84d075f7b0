import { LONGEST_KEY, type MigrationConfig } from '@file-migration/config';
import type { JobWindows } from '../catalog/journal.ts';
import { Failure } from '../model/failure.ts';
import { DEPLOY_COMMAND } from '../model/guidance.ts';
import type { FieldFacts, FieldSetting, OrgFacts } from '../org/org-facts.ts';
import type { Org } from '../org/port.ts';
import { count, countOf, duration, share } from '../format/quantity.ts';
import { counted } from './counted.ts';
import { rule, type Gate } from './check.ts';

/** The longest values that the wave will write, in characters. */
export type LongestValues = { readonly link: number; readonly key: number; readonly originalUrl: number };

/** What a switch needs in the org: our fields, their lengths, and the guard. */
export function deployedChecks(facts: OrgFacts, longest: LongestValues, windows: JobWindows | undefined): Gate[] {
  return [fieldsCheck(facts), lengthsCheck(facts, longest), guardCheck(facts, windows)];
}

/**
 * The longest values that any document may need, where none is verified yet.
 * @param link characters of the longest link
 */
export function longestPossible(facts: OrgFacts, link: number): LongestValues {
  return { link, key: LONGEST_KEY, originalUrl: fieldOf(facts, 'urlField')?.field?.length ?? 0 };
}

function fieldOf({ fields: all }: OrgFacts, setting: FieldSetting): FieldFacts | undefined {
  return all.find((field) => field.setting === setting);
}

function fieldsCheck(facts: OrgFacts): Gate {
  const needed = (['urlField', 'keyField', 'originalUrlField'] as const).map((setting) => fieldOf(facts, setting));
  const bad = needed.flatMap((each) => {
    if (each?.field?.updateable === true) return [];
    return [
      `${each?.name ?? 'a field'} (${each?.field === undefined ? 'not deployed, or not readable' : 'read-only'})`,
    ];
  });
  return rule('fields').judged(
    bad.length === 0,
    bad.length === 0 ? 'all three fields can be written' : `this user cannot write ${bad.join(', ')}`,
    `${DEPLOY_COMMAND}; then assign the permission set File_Migration_Integration to the integration user`,
  );
}

export function lengthsCheck(facts: OrgFacts, { link, key, originalUrl }: LongestValues): Gate {
  const needs: readonly (readonly [FieldSetting, number])[] = [
    ['urlField', link],
    ['keyField', key],
    ['originalUrlField', originalUrl],
  ];
  const short = needs.flatMap(([setting, needed]) => {
    const { name, field } = fieldOf(facts, setting) ?? {};
    return name !== undefined && field !== undefined && field.length < needed
      ? [{ setting, name, length: field.length, needed }]
      : [];
  });
  return rule('link-length').judged(
    short.length === 0,
    short.length === 0
      ? `the longest value fits (${needs.map(([, needed]) => needed).join(', ')})`
      : short.map(({ name, length, needed }) => `${name} holds ${length} characters, ${needed} are needed`).join('; '),
    short
      .map(({ setting, name, needed }) =>
        setting === 'urlField'
          ? 'Use a shorter link.baseUrl or key.layout: a URL field never holds more than 255 characters'
          : `Lengthen ${name} to ${needed} characters`,
      )
      .join('; '),
  );
}

function guardCheck({ deployed, user }: OrgFacts, windows: JobWindows | undefined): Gate {
  const { passed, failed, unknown } = rule('guard');
  const window = `without it a user's edit could be overwritten: ${windowWords(windows)}`;
  if (!deployed.guard.available) {
    const { code, message } = deployed.guard;
    return unknown(`the org does not tell (${code}: ${message}); ${window}`, 'Grant "View Setup and Configuration"');
  }
  if (deployed.guard.value !== 'active') return failed(`${deployed.guard.value}; ${window}`, DEPLOY_COMMAND);
  const writer = user.available && user.value.writer.available && user.value.writer.value;
  return writer
    ? passed('active: the org itself compares before it sets a URL')
    : failed(
        `active, but this user lacks File_Migration_Writer; ${window}`,
        'sf org assign permset --name File_Migration_Integration',
      );
}

/** How long an edit could fall between our read and our write where no guard compares in the org, as a clause. */
function windowWords(windows: JobWindows | undefined): string {
  if (windows === undefined) return 'how long that window is will be known after the first job';
  const { jobs, medianMs, longestMs } = windows;
  return `in the last ${countOf(jobs, 'job')} that window was ${duration(medianMs)} long (median; the longest ${duration(longestMs)})`;
}

/** Whether those who open documents may open our links. */
export async function permissionCheck(org: Org, config: MigrationConfig): Promise<Gate> {
  const permissionSet = config.org.userPermissionSet;
  const least = config.switch.gates.permittedUsersMinimumShare;
  const { passed, judged, unknown } = rule('permission-set', {
    expected: `at least ${share(least, 1)} of the active standard users have ${permissionSet}`,
  });
  if (config.link.style === 's3') return passed('not needed for plain S3 links');
  const fix = `sf org assign permset --name ${permissionSet} --on-behalf-of <user>`;
  try {
    const users = await counted(
      org,
      "SELECT COUNT(Id) found FROM User WHERE IsActive = true AND UserType = 'Standard'",
    );
    if (users === 0) return unknown('the org shows no active standard user', fix);
    const having = await counted(
      org,
      `SELECT COUNT(Id) found FROM PermissionSetAssignment WHERE PermissionSet.Name = '${permissionSet}' AND Assignee.IsActive = true AND Assignee.UserType = 'Standard'`,
    );
    return judged(having >= users * least, `${count(having)} of ${count(users)} (${share(having, users)})`, fix);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return unknown(`the org does not tell: ${error.message}`, error.actions[0] ?? fix);
  }
}
