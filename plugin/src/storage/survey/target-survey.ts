import type { LifecycleRule as S3LifecycleRule } from '@aws-sdk/client-s3';
import { found, known, notChecked } from './found.ts';
import { Failure } from '../../model/failure.ts';
import type { FailureCode } from '../../model/failure-codes.ts';
import { S3Failure } from '../s3/failure.ts';
import type { SdkClient } from '../s3/sdk-client.ts';
import type { Found, LifecycleRule, TargetSurvey } from '../survey-facts.ts';
import type { TargetBucket } from '../target/bucket.ts';

/** Everything `doctor` wants to know about the target; each check stands for itself. */
export async function surveyTarget(target: TargetBucket, signal: AbortSignal): Promise<TargetSurvey> {
  const { sdk, options } = target;
  const { bucket } = options;
  const ask = { abortSignal: signal };
  // First: it also tells whether anything else is worth asking.
  let cause: unknown;
  const capabilities = await found(() =>
    target.capabilities(signal).catch((error: unknown) => {
      cause = error;
      throw error;
    }),
  );
  if (concernsEverything(cause)) return unchecked(bucket, capabilities);
  const [head, encryption, versioning, publicAccess, ownership, lifecycle] = await Promise.all([
    found(() => headBucket(sdk, bucket, signal)),
    found(() =>
      sdk
        .run('GetBucketEncryption', async (client, { GetBucketEncryptionCommand }) => {
          const answer = await client.send(new GetBucketEncryptionCommand({ Bucket: bucket }), ask);
          const rule = answer.ServerSideEncryptionConfiguration?.Rules?.[0];
          const settings = rule?.ApplyServerSideEncryptionByDefault;
          const keyId = settings?.KMSMasterKeyID;
          return {
            algorithm: settings?.SSEAlgorithm ?? 'none',
            ...(keyId !== undefined && { keyId }),
            bucketKey: rule?.BucketKeyEnabled === true,
          };
        })
        .catch(unlessSet('ServerSideEncryptionConfigurationNotFoundError', { algorithm: 'none', bucketKey: false })),
    ),
    found(() =>
      sdk.run('GetBucketVersioning', async (client, { GetBucketVersioningCommand }) => {
        const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }), ask);
        return Status === 'Enabled' ? 'enabled' : Status === 'Suspended' ? 'suspended' : 'off';
      }),
    ),
    found(() =>
      sdk
        .run('GetPublicAccessBlock', async (client, { GetPublicAccessBlockCommand }) => {
          const { PublicAccessBlockConfiguration: block } = await client.send(
            new GetPublicAccessBlockCommand({ Bucket: bucket }),
            ask,
          );
          const settings = [
            block?.BlockPublicAcls,
            block?.BlockPublicPolicy,
            block?.IgnorePublicAcls,
            block?.RestrictPublicBuckets,
          ];
          return settings.every((setting) => setting === true);
        })
        .catch(unlessSet('NoSuchPublicAccessBlockConfiguration', false)),
    ),
    found(() =>
      sdk
        .run('GetBucketOwnershipControls', async (client, { GetBucketOwnershipControlsCommand }) => {
          const { OwnershipControls } = await client.send(
            new GetBucketOwnershipControlsCommand({ Bucket: bucket }),
            ask,
          );
          return OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? 'none';
        })
        .catch(unlessSet('OwnershipControlsNotFoundError', 'ObjectWriter')),
    ),
    found(() =>
      lifecycleRules(sdk, bucket, options.prefix, signal).catch(unlessSet('NoSuchLifecycleConfiguration', [])),
    ),
  ]);
  return {
    bucket,
    region: head.known ? known(head.value.region ?? options.region) : head,
    writable: capabilities.known ? known(true) : capabilities,
    capabilities,
    encryption,
    versioning,
    publicAccessBlocked: publicAccess,
    ownership,
    lifecycle,
    clockSkewMs: head.known ? head.value.clockSkewMs : head,
  };
}

/** What would be the answer to every other question, too: the bucket's name, its region, who asks, the way there. */
const CONCERNS_EVERYTHING: ReadonlySet<FailureCode> = new Set([
  'target-bucket-missing',
  'target-bad-credentials',
  'target-credentials-expired',
  'target-signature',
  'target-wrong-region',
  'target-certificate',
  'target-host-unknown',
  'no-credentials',
  'clock-skew',
]);

function concernsEverything(error: unknown): boolean {
  return error instanceof Failure && CONCERNS_EVERYTHING.has(error.code);
}

/** One cause is told once; the rest is not checked, and no guess. */
function unchecked(bucket: string, capabilities: TargetSurvey['capabilities']): TargetSurvey {
  const rest = notChecked('it needs the bucket to answer.');
  return {
    bucket,
    region: rest,
    writable: capabilities.known ? rest : capabilities,
    capabilities,
    encryption: rest,
    versioning: rest,
    publicAccessBlocked: rest,
    ownership: rest,
    lifecycle: rest,
    clockSkewMs: rest,
  };
}

async function headBucket(
  sdk: SdkClient,
  bucket: string,
  signal: AbortSignal,
): Promise<{ readonly region: string | undefined; readonly clockSkewMs: Found<number> }> {
  return await sdk.run('HeadBucket', async (client, { HeadBucketCommand }) => {
    let serverTime = Number.NaN;
    let sentAt = Date.now();
    const command = new HeadBucketCommand({ Bucket: bucket });
    command.middlewareStack.add(
      (next) => async (args) => {
        sentAt = Date.now();
        const result = await next(args);
        const { headers } = result.response as { headers?: Record<string, string> };
        serverTime = Date.parse(headers?.date ?? '');
        return result;
      },
      { step: 'deserialize', name: 'readServerTime', priority: 'low' },
    );
    const answer = await client.send(command, { abortSignal: signal });
    return {
      region: answer.BucketRegion,
      clockSkewMs: Number.isNaN(serverTime)
        ? { known: false, because: 'not-supported', message: 'its answers have no Date' }
        : known(clockSkew(serverTime, sentAt, Date.now())),
    };
  });
}

/**
 * How far the clock here is ahead of a server's, in milliseconds. A Date header has whole seconds and was written at some
 * time between request and answer, however slow: what lies in between is no difference.
 */
function clockSkew(serverTime: number, sentAt: number, answeredAt: number): number {
  if (serverTime > answeredAt) return answeredAt - serverTime;
  if (serverTime + 1000 < sentAt) return sentAt - serverTime;
  return 0;
}

async function lifecycleRules(
  sdk: SdkClient,
  bucket: string,
  prefix: string,
  signal: AbortSignal,
): Promise<LifecycleRule[]> {
  return await sdk.run('GetBucketLifecycleConfiguration', async (client, commands) => {
    const { Rules = [] } = await client.send(new commands.GetBucketLifecycleConfigurationCommand({ Bucket: bucket }), {
      abortSignal: signal,
    });
    return Rules.filter(({ Status }) => Status === 'Enabled')
      .map(lifecycleRule)
      .filter((rule) => prefix.startsWith(rule.prefix) || rule.prefix.startsWith(prefix));
  });
}

/** As S3 tells it: by days or on a date, and with its prefix in a filter or, as before 2016, in the rule itself. */
function lifecycleRule({ ID, Filter, Expiration, Transitions, ...rule }: S3LifecycleRule): LifecycleRule {
  const archive = Transitions?.find(({ StorageClass }) => ARCHIVES.has(StorageClass ?? ''));
  const expires = Expiration?.Days ?? isoDay(Expiration?.Date);
  const archives = archive?.Days ?? isoDay(archive?.Date);
  const aborts = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
  const conditions = { ...Filter, ...Filter?.And };
  const needsTag = 'Tag' in conditions || 'Tags' in conditions;
  return {
    id: ID ?? '',
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated for writing; rules made so are still in force
    prefix: conditions.Prefix ?? rule.Prefix ?? '',
    ...(needsTag && { needsTag: true }),
    ...(expires !== undefined && { expires }),
    ...(archives !== undefined && { archives }),
    ...(aborts !== undefined && { abortsMultipartAfterDays: aborts }),
  };
}

const isoDay = (date: Date | undefined): string | undefined => date?.toISOString().slice(0, 10);

/** Classes that a redirect cannot open. */
const ARCHIVES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** A setting that was never made is an answer, not an error. */
function unlessSet<T>(code: string, value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof S3Failure && error.s3Code === code) return value;
    throw error;
  };
}
