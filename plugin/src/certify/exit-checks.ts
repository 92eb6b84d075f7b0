import { pointsAtRedirect, type MigrationConfig } from '@file-migration/config';
import type { CatalogReader } from '../catalog/port.ts';
import { count, countOf, duration, moment } from '../format/quantity.ts';
import type { Available } from '../model/available.ts';
import { dependentName } from '../org/dependent-sources.ts';
import type { Reader } from '../org/write-effects.ts';
import { exitCheck, unknownExitCheck, type ExitCheck } from './exit-check.ts';
import type { CatalogPass } from './catalog-pass.ts';
import type { OrgPass } from './org-pass.ts';

const dayMs = 86_400_000;
/** Names that one line lists. */
const named = 5;
/** How many runs back a restore drill is looked for. */
const lookBack = 1_000;

/** Checks that the catalog answers for every document. */
export function catalogPassChecks(pass: CatalogPass, config: MigrationConfig): ExitCheck[] {
  const { counts, open, examples } = pass;
  const stateText = Object.entries(pass.notSwitchedByState)
    .map(([state, documents]) => `${count(documents)} ${state}`)
    .join(', ');
  const such = (reason: keyof typeof open): string =>
    (examples[reason] ?? []).length === 0 ? '' : `, such as ${(examples[reason] ?? []).join(', ')}`;
  const accounted = counts.switched + counts.accepted + counts.empty + counts.deleted;
  return [
    exitCheck('records', counts.documents > 0 && open['not-switched'] === 0, {
      found:
        counts.documents === 0
          ? 'the catalog knows no document'
          : `${count(accounted)} of ${countOf(counts.documents, 'document')} accounted for: ${count(counts.switched)} switched, ${count(counts.accepted)} accepted, ${count(counts.empty)} without a file, ${count(counts.deleted)} deleted` +
            (open['not-switched'] === 0 ? '' : `; not switched: ${stateText}${such('not-switched')}`),
      expected: 'every document is switched, or accounted for otherwise',
      fix: fixOfStates(pass),
    }),
    exitCheck('decisions', open.undecided === 0, {
      found: `${countOf(open.undecided, 'document')} without a copy and without a decision${such('undecided')}`,
      expected: 'a named person has decided on each document that is missing, denied, archived or skipped',
      fix: 'sf migrate files certify --output-file open.csv, fill in name, reason and date, then sf migrate files certify --accept open.csv',
    }),
    exitCheck('evidence', open['weak-evidence'] === 0, {
      found: `${countOf(open['weak-evidence'], 'document')} with weaker evidence${such('weak-evidence')}`,
      expected: `every copy has evidence ${config.backup.minimumEvidence} or better`,
      fix: `sf migrate files verify --mode full --minimum-evidence ${config.backup.minimumEvidence}`,
    }),
    exitCheck('verified', open['not-verified'] === 0, {
      found: `${countOf(open['not-verified'], 'document')} not verified lately${such('not-verified')}`,
      expected: `every copy was verified within ${countOf(config.certify.verifiedWithinDays, 'day')}`,
      fix: 'sf migrate files verify',
    }),
  ];
}

function fixOfStates({ notSwitchedByState: states, counts }: CatalogPass): string {
  if (counts.documents === 0 || states.discovered !== undefined || states.changed !== undefined) {
    return 'sf migrate files backup';
  }
  if (states.broken !== undefined) return 'sf migrate files backup --retry all';
  if (states.failed !== undefined) return 'sf migrate files backup --retry failed';
  if (states.copied !== undefined) return 'sf migrate files verify --mode full';
  return 'sf migrate files switch --execute';
}

/** What reading every record of the org, live, showed. */
export function orgPassChecks(pass: OrgPass, { counts }: CatalogPass): ExitCheck[] {
  const present = counts.documents - counts.deleted;
  const such = pass.examples.length === 0 ? '' : ` (${pass.examples.join('; ')})`;
  return [
    exitCheck('org', pass.records > 0 && pass.unknown === 0 && pass.records === present, {
      found: `${countOf(pass.records, 'record')} in the org, ${count(present)} present in the catalog, ${count(pass.unknown)} unknown to it`,
      expected: 'the org and the catalog hold the same documents',
      fix: 'sf migrate files backup --full',
    }),
    exitCheck('urls', pass.records > 0 && pass.vendor === 0 && pass.foreign === 0, {
      found:
        `${count(pass.ours)} lead to your bucket, ${count(pass.empty)} nowhere, ${count(pass.elsewhere)} to other hosts, ` +
        `${count(pass.decided)} to files that were given up by a decision, ${count(pass.vendor)} to the vendor, ${count(pass.foreign)} to another document${such}`,
      expected: 'no URL of any record leads to the vendor',
      fix: 'sf migrate files backup, then sf migrate files switch --execute; a host that is not the vendor’s: certify.otherHosts in migration.json',
    }),
  ];
}

/** Whether what refers to the URL field still names one of the vendor's hosts. */
export function dependentsCheck(
  readers: Available<readonly Reader[]>,
  sources: Available<ReadonlyMap<string, string>>,
  { vendorHosts, reviewed }: { readonly vendorHosts: readonly string[]; readonly reviewed: readonly string[] },
): ExitCheck {
  const words = {
    expected: 'nothing that refers to the URL field still reads a host of the vendor’s',
    fix: 'Correct it in the org. What a person has looked at: name it in certify.reviewedDependents, as "Type Name"',
  };
  if (!readers.available)
    return unknownExitCheck('dependents', { found: `the org does not tell: ${readers.message}`, ...words });
  if (!sources.available)
    return unknownExitCheck('dependents', { found: `the org does not tell: ${sources.message}`, ...words });
  const reading: string[] = [];
  const unread: string[] = [];
  let read = 0;
  for (const reader of readers.value) {
    const name = dependentName(reader);
    if (reviewed.includes(name)) continue;
    const source = sources.value.get(name)?.toLowerCase();
    if (source === undefined) unread.push(name);
    else if (vendorHosts.some((host) => source.includes(host))) reading.push(name);
    else read += 1;
  }
  const found =
    readers.value.length === 0
      ? 'the org knows none'
      : `${count(readers.value.length)} refer to the field: ${count(read)} read here name no host of the vendor’s` +
        listed(reading, 'name one') +
        listed(unread, 'cannot be read and are not reviewed');
  if (reading.length === 0 && unread.length > 0) return unknownExitCheck('dependents', { found, ...words });
  return exitCheck('dependents', reading.length === 0, { found, ...words });
}

function listed(names: readonly string[], what: string): string {
  if (names.length === 0) return '';
  const more = names.length > named ? ', …' : '';
  return `; ${count(names.length)} ${what}: ${names.slice(0, named).join(', ')}${more}`;
}

/** Whether the vendor has stopped writing: no file came or was replaced for some days, and somebody looked meanwhile. */
export async function driftCheck(
  catalog: CatalogReader,
  { certify, switch: { gates } }: MigrationConfig,
  now: number,
): Promise<ExitCheck> {
  const { driftFreeDays } = certify;
  const watermark = await catalog.watermark();
  const ageMs = watermark === undefined ? Infinity : now - watermark.at;
  const isRecent = ageMs <= gates.backupMaximumAgeHours * 3_600_000;
  const since = driftFreeDays === 0 ? (watermark?.at ?? now) : now - driftFreeDays * dayMs;
  const { created, replaced } = await catalog.filesSince(since);
  const observedFrom = driftFreeDays === 0 ? since : catalog.identity.createdAt;
  const words = {
    expected:
      driftFreeDays === 0
        ? `the last complete backup, at most ${gates.backupMaximumAgeHours} h old, found no new or replaced file`
        : `no file came or was replaced for ${countOf(driftFreeDays, 'day')}, by backups of which the last is at most ${gates.backupMaximumAgeHours} h old`,
    fix: isRecent ? 'Wait, with a backup each day: sf migrate files backup' : 'sf migrate files backup',
  };
  const backup = watermark === undefined ? 'no complete backup' : `last complete backup ${duration(ageMs)} ago`;
  const found =
    observedFrom > since
      ? `observed only since ${moment(observedFrom)}; ${backup}`
      : `${count(created)} came and ${count(replaced)} were replaced since ${moment(since)}; ${backup}`;
  return exitCheck('drift', isRecent && observedFrom <= since && created + replaced === 0, { found, ...words });
}

/** Whether every write to the org has come to its end. */
export async function journalCheck(catalog: CatalogReader): Promise<ExitCheck> {
  const jobs = await catalog.unfinishedJobs();
  return exitCheck('journal', jobs.length === 0, {
    found: `${countOf(jobs.length, 'job')} unfinished`,
    expected: 'every job that wrote to the org has ended and was read back',
    fix: 'sf migrate files switch resume',
  });
}

/**
 * Whether the way back was tried: a rollback of at least one document, confirmed by reading it back. It is the drill that
 * the catalog itself records, and it needs the catalog, the journal, the rollback lines, the org and the links.
 */
export async function restoreDrillCheck(
  catalog: CatalogReader,
  { certify: { drillWithinDays } }: MigrationConfig,
  now: number,
): Promise<ExitCheck> {
  const since = now - drillWithinDays * dayMs;
  let latest: { readonly documents: number; readonly at: number } | undefined;
  for (const run of await catalog.runs(lookBack)) {
    if (run.type !== 'rollback' || (run.status !== 'completed' && run.status !== 'completed_with_failures')) continue;
    const rows = await catalog.journalCounts(run.id);
    const documents = rows
      .filter(({ operation, state }) => operation === 'rollback' && (state === 'confirmed' || state === 'superseded'))
      .reduce((sum, { rows: some }) => sum + some, 0);
    if (documents === 0) continue;
    latest = { documents, at: run.endedAt ?? run.startedAt };
    break;
  }
  return exitCheck('restore-drill', latest !== undefined && latest.at >= since, {
    found:
      latest === undefined
        ? 'no rollback was ever made'
        : `${countOf(latest.documents, 'document')} rolled back and read back on ${moment(latest.at)}`,
    expected: `a rollback of at least one document within ${countOf(drillWithinDays, 'day')}`,
    fix: 'sf migrate files rollback --from-database --account <a small one> --execute, then sf migrate files switch --account <the same> --execute',
  });
}

/** Hosts that URLs led to before they were switched, ours left out. */
export function vendorHosts(hosts: readonly string[], { link, certify }: MigrationConfig): string[] {
  const ours = [...(link.baseUrl === undefined ? [] : [link.baseUrl]), ...link.formerBaseUrls];
  return hosts.filter((host) => !certify.otherHosts.includes(host) && !pointsAtRedirect(ours, `https://${host}/`));
}
