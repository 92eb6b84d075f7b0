import { EVIDENCE_GRADES, atLeast, type MigrationConfig } from '@file-migration/config';
import type { ReadyFacts } from '../catalog/journal.ts';
import type { CatalogReader } from '../catalog/port.ts';
import { Failure } from '../model/failure.ts';
import type { Org } from '../org/port.ts';
import { soqlText, soqlTime, soqlWhere } from '../org/soql.ts';
import { count, countOf, duration, share } from '../format/quantity.ts';
import type { Wave } from './wave.ts';
import { rule, type Gate } from './check.ts';
import { counted } from './counted.ts';

const hourMs = 3_600_000;

/** What a check says that would have to look at documents, where there are none. */
export const noDocument = 'there is no document to look at';

/** The documents of the wave and the backup that they rest on: the catalog alone answers. */
export async function* documentChecks(
  catalog: CatalogReader,
  config: MigrationConfig,
  { wave, facts }: { readonly wave: Wave; readonly facts: ReadyFacts },
): AsyncGenerator<Gate> {
  const { gates } = config.switch;
  const { switched } = (await catalog.counts()).states;
  yield rule('documents').judged(
    wave.documents > 0,
    `${countOf(wave.documents, 'document')} of ${countOf(wave.accounts.length, 'account')} verified and not switched${switched > 0 ? `; ${count(switched)} switched already` : ''}`,
    'sf migrate files backup',
  );
  yield evidence(wave, facts, gates.minimumEvidence);
  const watermark = await catalog.watermark();
  const ageMs = watermark === undefined ? Infinity : Date.now() - watermark.at;
  yield rule('backup-age', { expected: `at most ${gates.backupMaximumAgeHours} h` }).judged(
    ageMs <= gates.backupMaximumAgeHours * hourMs,
    watermark === undefined ? 'no complete backup' : `last complete backup ${duration(ageMs)} ago`,
    'sf migrate files backup',
  );
}

function evidence(
  { documents }: Wave,
  { byEvidence }: ReadyFacts,
  minimum: MigrationConfig['switch']['gates']['minimumEvidence'],
): Gate {
  const { judged, notChecked } = rule('evidence', { expected: `none below ${minimum}` });
  if (documents === 0) return notChecked(noDocument);
  const weak = EVIDENCE_GRADES.filter((grade) => grade === 'E' || !atLeast(grade, minimum)).reduce(
    (sum, grade) => sum + (byEvidence[grade] ?? 0),
    0,
  );
  return judged(
    weak === 0,
    `${countOf(weak, 'document')} with weaker evidence`,
    `sf migrate files verify --mode full --minimum-evidence ${minimum}`,
  );
}

/** What somebody wrote since the last backup, our own links left out. */
export async function driftCheck(org: Org, config: MigrationConfig, catalog: CatalogReader): Promise<Gate> {
  const since = (await catalog.watermark())?.at;
  const { object, urlField, where } = config.org.document;
  const most = config.switch.gates.driftMaximumShare;
  const { judged, unknown } = rule('drift', { expected: `at most ${share(most, 1)} of the documents` });
  const fix = 'sf migrate files backup';
  if (since === undefined) return unknown('not known before the first backup', fix);
  const ours =
    config.link.baseUrl === undefined ? [] : [`(NOT ${urlField} LIKE ${soqlText(`${config.link.baseUrl}%`)})`];
  const conditions = [`SystemModstamp >= ${soqlTime(since)}`, ...ours, ...(where === null ? [] : [`(${where})`])];
  try {
    const [changed, all] = [
      await counted(org, `SELECT COUNT(Id) found FROM ${object}${soqlWhere(conditions)}`),
      await org.countDocuments(),
    ];
    if (all === 0) return unknown('the org shows no document to this user', 'sf migrate files doctor');
    return judged(
      changed <= all * most,
      `${count(changed)} of ${countOf(all, 'document')} written since the last backup (${share(changed, all)})`,
      fix,
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return unknown(`the org does not tell: ${error.message}`, error.actions[0] ?? fix);
  }
}
