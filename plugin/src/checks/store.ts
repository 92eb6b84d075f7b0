import { PROBE_FOLDER, type MigrationConfig } from '@file-migration/config';
import type { Found, LifecycleRule, SourceSurvey, TargetSurvey } from '../storage/survey-facts.ts';
import { duration } from '../format/quantity.ts';
import { checksOf, type Check } from './check.ts';

/** S3 refuses requests whose time stamp is off by 15 minutes. */
const skewWarnMs = 60_000;
const skewFailMs = 10 * 60_000;

const target = checksOf('target');
const source = checksOf('source');

/** What the target bucket showed, judged for copies that must last. */
export function targetChecks(survey: TargetSurvey, config: MigrationConfig): Check[] {
  return [
    region(survey, config),
    writable(survey, config),
    ...(survey.writable.known ? [capabilities(survey)] : []),
    encryption(survey, config),
    ...kms(survey, config),
    versioning(survey),
    publicAccess(survey, config),
    ownership(survey),
    ...lifecycle(survey, config),
    ...clock('target', survey.clockSkewMs),
  ];
}

/** What one place of sources showed. Denied is never taken for empty. */
export function sourceChecks(survey: SourceSurvey): Check[] {
  const place = survey.bucket === undefined ? survey.host : `${survey.bucket} (${survey.host})`;
  return [
    survey.readable.known
      ? source.pass('source-readable', `A file of ${place} can be read.`)
      : source.fail(
          'source-readable',
          `A file of ${place} cannot be read: ${survey.readable.message}`,
          'Check source.methods and source.credentials in migration.json; config/aws/iam-vendor-read.json is the policy that it takes.',
        ),
    ...deniedMeaning(survey, place),
    ...clock('source', survey.clockSkewMs),
  ];
}

function region({ region: found, bucket }: TargetSurvey, { target: { region: configured } }: MigrationConfig): Check {
  if (!found.known) {
    return found.because === 'not-supported'
      ? target.pass('target-region', `The store of ${bucket} does not tell a region; "${configured}" is signed for.`)
      : target.fail(
          'target-region',
          `The bucket ${bucket} did not answer: ${found.message}`,
          'Check target.bucket, target.region and target.credentials in migration.json.',
        );
  }
  return found.value === configured
    ? target.pass('target-region', `The bucket ${bucket} is in ${found.value}, as configured.`)
    : target.fail(
        'target-region',
        `The bucket ${bucket} is in ${found.value}, not in ${configured}.`,
        `Set target.region to "${found.value}" in migration.json.`,
      );
}

function writable(
  { writable: found, capabilities, bucket }: TargetSurvey,
  { key: { prefix } }: MigrationConfig,
): Check {
  const place = `${bucket}/${prefix}`;
  if (!found.known) {
    return target.fail(
      'target-writable',
      `Nothing can be written under ${place}: ${found.message}`,
      'config/aws/iam-migrator.json is the policy that it takes; with target.encryption aws:kms the key must allow it too.',
    );
  }
  return capabilities.known && !capabilities.value.probeRemoved
    ? target.warn(
        'target-writable',
        `Objects under ${place} can be written, but not deleted: a small probe stays behind each time.`,
        `Grant s3:DeleteObject on ${place}${PROBE_FOLDER}*, as config/aws/iam-migrator.json does.`,
      )
    : target.pass('target-writable', `Objects under ${place} can be written; the probe was deleted.`);
}

function capabilities({ capabilities: found }: TargetSurvey): Check {
  if (!found.known) return unknown('target-conditional-writes', 'Whether the store refuses to overwrite', found);
  const { conditionalPut, conditionalCopy, checksums } = found.value;
  const proof = checksums ? 'returns checksums' : 'returns no checksums, so its ETags serve as evidence';
  return conditionalPut
    ? target.pass(
        'target-conditional-writes',
        `The store itself refuses to overwrite${conditionalCopy ? '' : ' (copies inside the store are checked before instead)'}, and ${proof}.`,
      )
    : target.warn(
        'target-conditional-writes',
        `The store does not honour If-None-Match, and ${proof}; the backup looks before it writes, but two writers at once could collide.`,
        'Let nobody else write under the prefix while a backup runs.',
      );
}

function encryption({ encryption: found }: TargetSurvey, { target: { encryption: wanted } }: MigrationConfig): Check {
  if (!found.known) return unknown('target-encryption', 'How the bucket encrypts', found);
  const { algorithm, keyId, bucketKey } = found.value;
  const how = keyId === undefined ? algorithm : `${algorithm} with ${keyId}`;
  if ((algorithm === 'aws:kms' || wanted.kind === 'aws:kms') && !bucketKey) {
    return target.warn(
      'target-encryption',
      `New objects are encrypted by default (${how}), without a bucket key: every copy then costs a call to KMS.`,
      'Switch the bucket key on, as config/aws/bucket.yaml does.',
    );
  }
  return target.pass('target-encryption', `New objects are encrypted by default (${how}).`);
}

/** The trial object is encrypted as files will be. */
function* kms(
  { writable: found }: TargetSurvey,
  { target: { encryption: wanted } }: MigrationConfig,
): Generator<Check> {
  if (wanted.kind !== 'aws:kms' || !found.known) return;
  yield target.pass('target-kms', `This user may encrypt with ${wanted.kmsKeyId}: the probe was.`);
}

function versioning({ versioning: found }: TargetSurvey): Check {
  if (!found.known) return unknown('target-versioning', 'Whether versioning is on', found);
  return found.value === 'enabled'
    ? target.pass('target-versioning', 'Versioning is on: nothing can be lost by deleting or overwriting.')
    : target.warn(
        'target-versioning',
        `Versioning is ${found.value}.`,
        'Switch it on, as config/aws/bucket.yaml does.',
      );
}

function publicAccess({ publicAccessBlocked: found }: TargetSurvey, { link }: MigrationConfig): Check {
  if (!found.known) return unknown('target-public-access', 'Whether public access is blocked', found);
  if (found.value) return target.pass('target-public-access', 'Public access is blocked.');
  return link.style === 's3'
    ? target.warn(
        'target-public-access',
        'Public access is not blocked, as link.style "s3" needs it: whoever has a link can read the file.',
        'Use link.style "redirect" instead.',
      )
    : target.fail('target-public-access', 'Public access is not blocked.', 'Block it, as config/aws/bucket.yaml does.');
}

function ownership({ ownership: found }: TargetSurvey): Check {
  if (!found.known) return unknown('target-ownership', 'Who owns objects in the bucket', found);
  return found.value === 'BucketOwnerEnforced'
    ? target.pass('target-ownership', 'The bucket owner owns every object (ACLs are off).')
    : target.warn(
        'target-ownership',
        `Object ownership is ${found.value}.`,
        'Set it to BucketOwnerEnforced, as config/aws/bucket.yaml does.',
      );
}

function* lifecycle({ lifecycle: found }: TargetSurvey, { key: { prefix } }: MigrationConfig): Generator<Check> {
  if (!found.known) {
    yield unknown('target-lifecycle', 'Which lifecycle rules the bucket has', found);
    return;
  }
  const harmful = found.value.filter(
    (rule) => rule.needsTag === undefined && (rule.expires !== undefined || rule.archives !== undefined),
  );
  for (const rule of harmful) {
    yield target.fail(
      'target-lifecycle',
      `The lifecycle rule "${rule.id}" ${does(rule)} objects under ${prefix}.`,
      'Limit the rule to another prefix, or remove it.',
    );
  }
  if (harmful.length === 0)
    yield target.pass('target-lifecycle', `No lifecycle rule expires or archives objects under ${prefix}.`);
  if (!found.value.some((rule) => rule.abortsMultipartAfterDays !== undefined)) {
    yield target.warn(
      'target-unfinished-uploads',
      'No lifecycle rule removes unfinished multipart uploads; they would cost storage for ever.',
      'Add such a rule, as config/aws/bucket.yaml does.',
    );
  }
}

function does({ expires, archives }: LifecycleRule): string {
  const deleted = expires === undefined ? undefined : `deletes (${when(expires)})`;
  const archived = archives === undefined ? undefined : `archives (${when(archives)})`;
  return [deleted, archived].filter((part) => part !== undefined).join(' and ');
}

function when(time: number | string): string {
  return typeof time === 'number' ? `after ${time} days` : `on ${time}`;
}

function* deniedMeaning({ deniedMayMeanMissing: found }: SourceSurvey, place: string): Generator<Check> {
  if (!found.known) return;
  yield found.value
    ? source.warn(
        'source-denied-meaning',
        `Listing ${place} is refused, so S3 answers "denied" also for files that do not exist: such documents end as denied.`,
        'Ask the vendor for s3:ListBucket, if you want to tell missing files from denied ones.',
      )
    : source.pass(
        'source-denied-meaning',
        `${place} may be listed, so a denied file is really denied and a missing one missing.`,
      );
}

function* clock(area: 'source' | 'target', found: Found<number>): Generator<Check> {
  if (!found.known) return;
  const off = Math.abs(found.value);
  const { pass, warn, fail } = checksOf(area);
  const finding = `This computer's clock and the store's differ by ${duration(off)}.`;
  const fix = 'Let the system keep the time: timedatectl set-ntp true';
  if (off > skewFailMs) yield fail(`${area}-clock`, finding, fix);
  else yield off > skewWarnMs ? warn(`${area}-clock`, finding, fix) : pass(`${area}-clock`, finding);
}

function unknown(id: string, what: string, found: Found<unknown> & { known: false }): Check {
  switch (found.because) {
    case 'denied':
      return target.warn(
        id,
        `${what} is not known: the store denied the question.`,
        'config/aws/iam-migrator.json holds the rights that doctor asks for.',
      );
    case 'not-supported':
      return target.pass(id, `${what}: this store does not offer to tell.`);
    case 'not-checked':
      return target.warn(
        id,
        `${what} was not checked: it needs the bucket to answer.`,
        'Mend the check before it first.',
      );
    case 'failed':
      return target.warn(id, `${what} is not known: ${found.message}`, 'Run doctor again.');
  }
}
