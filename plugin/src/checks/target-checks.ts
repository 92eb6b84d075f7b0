import { PROBE_FOLDER, type MigrationConfig } from '@file-migration/config';
import type { Found, TargetSurvey } from '../storage/survey-facts.ts';
import { duration } from '../format/quantity.ts';
import { rule, type Check, type Verdicts } from './check.ts';
import { lifecycleCheck } from './lifecycle-check.ts';
import type { CheckId } from './rule-book.ts';

/** S3 refuses requests whose time stamp is off by 15 minutes. */
const skewWarnMs = 60_000;
const skewFailMs = 10 * 60_000;

/** What the target bucket showed, judged for copies that must last. */
export function targetChecks(survey: TargetSurvey, config: MigrationConfig): Check[] {
  return [
    writable(survey, config),
    region(survey, config),
    conditionalWrites(survey),
    encryption(survey, config),
    versioning(survey),
    publicAccess(survey, config),
    ownership(survey),
    lifecycleCheck(survey.lifecycle, config.key.prefix),
    unfinishedUploads(survey),
    clock(survey),
  ];
}

function writable(
  { writable: found, capabilities, bucket }: TargetSurvey,
  { key: { prefix } }: MigrationConfig,
): Check {
  const place = `${bucket}/${prefix}`;
  if (!found.known)
    return rule('target-writable').failed(
      `Nothing can be written under ${place}: ${found.message}`,
      found.fix ??
        'config/aws/iam-migrator.json is the policy that it takes; with target.encryption aws:kms the key must allow it too.',
    );
  const isRemoved = !capabilities.known || capabilities.value.probeRemoved;
  return rule('target-writable', { blocks: isRemoved ? 'backup' : 'nothing' }).judged(
    isRemoved,
    isRemoved
      ? `Objects under ${place} can be written; the probe was deleted.`
      : `Objects under ${place} can be written, but not deleted: a small probe stays behind each time.`,
    `Grant s3:DeleteObject on ${place}${PROBE_FOLDER}*, as config/aws/iam-migrator.json does.`,
  );
}

function region({ region: found, bucket }: TargetSurvey, { target: { region: configured } }: MigrationConfig): Check {
  const { passed, judged, failed, notChecked } = rule('target-region');
  if (found.known)
    return judged(
      found.value === configured,
      found.value === configured
        ? `The bucket ${bucket} is in ${found.value}, as configured.`
        : `The bucket ${bucket} is in ${found.value}, not in ${configured}.`,
      `Set target.region to "${found.value}" in migration.json.`,
    );
  switch (found.because) {
    case 'not-supported':
      return passed(`The store of ${bucket} does not tell a region; "${configured}" is signed for.`);
    case 'not-checked':
      return notChecked(needsTarget);
    case 'denied':
    case 'failed':
      return failed(
        `The bucket ${bucket} did not answer: ${found.message}`,
        'Check target.bucket, target.region and target.credentials in migration.json.',
      );
  }
}

function conditionalWrites({ capabilities: found }: TargetSurvey): Check {
  const verdicts = rule('target-conditional-writes');
  if (!found.known)
    return found.because === 'not-checked' || found.because === 'not-supported'
      ? notKnown(verdicts, 'Whether the store refuses to overwrite', found)
      : verdicts.notChecked(needsTarget);
  const { conditionalPut, conditionalCopy, checksums } = found.value;
  const proof = checksums ? 'returns checksums' : 'returns no checksums, so its ETags serve as evidence';
  return verdicts.judged(
    conditionalPut,
    conditionalPut
      ? `The store itself refuses to overwrite${conditionalCopy ? '' : ' (copies inside the store are checked before instead)'}, and ${proof}.`
      : `The store does not honor If-None-Match, and ${proof}; the backup looks before it writes, but two writers at once could collide.`,
    'Let nobody else write under the prefix while a backup runs.',
  );
}

/** The probe is encrypted as files will be. */
function encryption(
  { encryption: found, writable: probe }: TargetSurvey,
  { target: { encryption: wanted } }: MigrationConfig,
): Check {
  const verdicts = rule('target-encryption');
  if (!found.known) return notKnown(verdicts, 'How the bucket encrypts', found);
  const { algorithm, keyId, bucketKey } = found.value;
  const how = `New objects are encrypted by default (${keyId === undefined ? algorithm : `${algorithm} with ${keyId}`})`;
  const tried = wanted.kind === 'aws:kms' && probe.known ? `; the probe was encrypted with ${wanted.kmsKeyId}` : '';
  if ((algorithm === 'aws:kms' || wanted.kind === 'aws:kms') && !bucketKey)
    return verdicts.failed(
      `${how}, without a bucket key: every copy then costs a call to KMS${tried}.`,
      'Switch the bucket key on, as config/aws/bucket.yaml does.',
    );
  return verdicts.passed(`${how}${tried}.`);
}

function versioning({ versioning: found }: TargetSurvey): Check {
  const verdicts = rule('target-versioning');
  if (!found.known) return notKnown(verdicts, 'Whether versioning is on', found);
  const isOn = found.value === 'enabled';
  return verdicts.judged(
    isOn,
    isOn ? 'Versioning is on: nothing can be lost by deleting or overwriting.' : `Versioning is ${found.value}.`,
    'Switch it on, as config/aws/bucket.yaml does.',
  );
}

function publicAccess({ publicAccessBlocked: found }: TargetSurvey, { link }: MigrationConfig): Check {
  if (!found.known)
    return notKnown(rule('target-public-access', { blocks: 'nothing' }), 'Whether public access is blocked', found);
  if (found.value) return rule('target-public-access').passed('Public access is blocked.');
  return link.style === 's3'
    ? rule('target-public-access', { blocks: 'nothing' }).failed(
        'Public access is not blocked, as link.style "s3" needs it: whoever has a link can read the file.',
        'Use link.style "redirect" instead.',
      )
    : rule('target-public-access').failed('Public access is not blocked.', 'Block it, as config/aws/bucket.yaml does.');
}

function ownership({ ownership: found }: TargetSurvey): Check {
  const verdicts = rule('target-ownership');
  if (!found.known) return notKnown(verdicts, 'Who owns objects in the bucket', found);
  const isOwner = found.value === 'BucketOwnerEnforced';
  return verdicts.judged(
    isOwner,
    isOwner ? 'The bucket owner owns every object (ACLs are off).' : `Object ownership is ${found.value}.`,
    'Set it to BucketOwnerEnforced, as config/aws/bucket.yaml does.',
  );
}

function unfinishedUploads({ lifecycle: found }: TargetSurvey): Check {
  const verdicts = rule('target-unfinished-uploads');
  if (!found.known) return notKnown(verdicts, 'Whether unfinished multipart uploads are removed', found);
  const cleaning = found.value.find(({ abortsMultipartAfterDays: days }) => days !== undefined);
  return verdicts.judged(
    cleaning !== undefined,
    cleaning === undefined
      ? 'No lifecycle rule removes unfinished multipart uploads; they would cost storage for ever.'
      : `The lifecycle rule "${cleaning.id}" removes unfinished multipart uploads after ${cleaning.abortsMultipartAfterDays ?? 0} days.`,
    'Add such a rule, as config/aws/bucket.yaml does.',
  );
}

function clock({ clockSkewMs: found }: TargetSurvey): Check {
  if (!found.known) return notKnown(rule('target-clock'), 'The clock of the store', found);
  const off = Math.abs(found.value);
  return rule('target-clock', { blocks: off > skewFailMs ? 'backup' : 'nothing' }).judged(
    off <= skewWarnMs,
    `This computer's clock and the store's differ by ${duration(off)}.`,
    'Let the system keep the time: timedatectl set-ntp true',
  );
}

const needsTarget = 'needs target-writable';

function notKnown<Id extends CheckId>(
  { passed, unknown, notChecked }: Verdicts<Id>,
  what: string,
  found: Found<unknown> & { known: false },
): Check {
  switch (found.because) {
    case 'denied':
      return unknown(
        `${what} is not known: the store denied the question.`,
        'config/aws/iam-migrator.json holds the rights that doctor asks for.',
      );
    case 'not-supported':
      return passed(`${what}: this store does not offer to tell.`);
    case 'not-checked':
      return notChecked(needsTarget);
    case 'failed':
      return unknown(`${what} is not known: ${found.message}`, 'Run doctor again.');
  }
}
