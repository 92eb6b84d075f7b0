import { EVIDENCE_GRADES, atLeast, type MigrationConfig } from '@file-migration/config';
import type { ReadyFacts } from '../catalog/journal.ts';
import type { CatalogReader } from '../catalog/port.ts';
import { Failure } from '../model/failure.ts';
import type { Org } from '../org/port.ts';
import { soqlText, soqlTime, soqlWhere } from '../org/soql.ts';
import { count, countOf, duration, share } from '../format/quantity.ts';
import type { Wave } from './wave.ts';
import { counted } from './counted.ts';
import { gate, type Gate } from './gate.ts';

const hourMs = 3_600_000;

/** Gates about the documents of the wave and the backup that they rest on: the catalog alone answers them. */
export async function* documentGates(
  catalog: CatalogReader,
  config: MigrationConfig,
  wave: Wave,
  facts: ReadyFacts,
): AsyncGenerator<Gate> {
  const { gates } = config.switch;
  const { switched } = (await catalog.counts()).states;
  yield gate('documents', wave.documents > 0, {
    found: `${countOf(wave.documents, 'document')} of ${countOf(wave.accounts.length, 'account')} verified and not switched${switched > 0 ? `; ${count(switched)} switched already` : ''}`,
    threshold: 'at least 1',
    mend: 'sf migrate files backup',
  });
  const weak = EVIDENCE_GRADES.filter((grade) => grade === 'E' || !atLeast(grade, gates.minimumEvidence)).reduce(
    (sum, grade) => sum + (facts.byEvidence[grade] ?? 0),
    0,
  );
  yield gate('evidence', weak === 0, {
    found: `${countOf(weak, 'document')} with weaker evidence`,
    threshold: `none below ${gates.minimumEvidence}`,
    mend: `sf migrate files verify --mode full --minimum-evidence ${gates.minimumEvidence}`,
  });
  const watermark = await catalog.watermark();
  const ageMs = watermark === undefined ? Infinity : Date.now() - watermark.at;
  yield gate('backup-age', ageMs <= gates.backupMaximumAgeHours * hourMs, {
    found: watermark === undefined ? 'no complete backup' : `last complete backup ${duration(ageMs)} ago`,
    threshold: `at most ${gates.backupMaximumAgeHours} h`,
    mend: 'sf migrate files backup',
  });
}

/** What somebody wrote since the last backup, our own links left out. */
export async function driftGate(org: Org, config: MigrationConfig, catalog: CatalogReader): Promise<Gate> {
  const since = (await catalog.watermark())?.at;
  const { object, urlField, where } = config.org.document;
  const most = config.switch.gates.driftMaximumShare;
  const words = { threshold: `at most ${share(most, 1)} of the documents`, mend: 'sf migrate files backup' };
  if (since === undefined) return gate('drift', false, { found: 'not known before the first backup', ...words });
  const ours =
    config.link.baseUrl === undefined ? [] : [`(NOT ${urlField} LIKE ${soqlText(`${config.link.baseUrl}%`)})`];
  const conditions = [`SystemModstamp >= ${soqlTime(since)}`, ...ours, ...(where === null ? [] : [`(${where})`])];
  try {
    const [changed, all] = [
      await counted(org, `SELECT COUNT(Id) found FROM ${object}${soqlWhere(conditions)}`),
      await org.countDocuments(),
    ];
    return gate('drift', changed <= all * most, {
      found: `${count(changed)} of ${countOf(all, 'document')} written since the last backup (${share(changed, all)})`,
      ...words,
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return gate('drift', false, { found: `the org does not tell: ${error.message}`, ...words });
  }
}
