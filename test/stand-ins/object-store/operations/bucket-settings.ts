import { requireRight } from '../access.ts';
import { bucketFor, header, xmlAnswer, type Answer, type Call } from '../call.ts';
import type { LifecycleRule } from '../options.ts';
import { receiveText } from '../receive-body.ts';
import { accessDenied, S3Error } from '../s3-error.ts';
import { malformedXml, parseXml, text, xmlDocument, type XmlTree } from '../xml.ts';
import { owner } from './list-objects.ts';

export function headBucket(call: Call): Answer {
  const bucket = bucketFor(call, 'list');
  return { status: 200, headers: { 'x-amz-bucket-region': bucket.region, 'content-type': 'application/xml' } };
}

/** us-east-1 has no location constraint: an old convention that S3 keeps. */
export function getBucketLocation(call: Call): Answer {
  const { region } = bucketFor(call, 'configuration');
  const location = region === 'us-east-1' ? '' : region;
  return xmlAnswer(
    `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${location}</LocationConstraint>`,
  );
}

export function getBucketEncryption(call: Call): Answer {
  const encryption = bucketFor(call, 'configuration').options.encryption ?? 'AES256';
  if (encryption === 'none') {
    throw new S3Error(
      'ServerSideEncryptionConfigurationNotFoundError',
      'The server side encryption configuration was not found',
    );
  }
  const byDefault: XmlTree =
    encryption === 'AES256'
      ? { SSEAlgorithm: 'AES256' }
      : { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: encryption.kmsKeyId };
  return xmlAnswer(
    xmlDocument('ServerSideEncryptionConfiguration', {
      Rule: {
        ApplyServerSideEncryptionByDefault: byDefault,
        BucketKeyEnabled: typeof encryption === 'object' && encryption.bucketKey,
      },
    }),
  );
}

export function getBucketVersioning(call: Call): Answer {
  const { versioning } = bucketFor(call, 'configuration');
  return xmlAnswer(xmlDocument('VersioningConfiguration', { Status: versioning }));
}

export async function putBucketVersioning(call: Call): Promise<Answer> {
  const bucket = bucketFor(call, 'configuration');
  const status = text(parseXml(await receiveText(call), 'VersioningConfiguration'), 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
  call.store.setVersioning(bucket, status);
  return { status: 200 };
}

export function getPublicAccessBlock(call: Call): Answer {
  const { options, isPublic } = bucketFor(call, 'configuration');
  if ((options.publicAccessBlock ?? (isPublic ? 'none' : 'on')) === 'none') {
    throw new S3Error('NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found');
  }
  return xmlAnswer(
    xmlDocument('PublicAccessBlockConfiguration', {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    }),
  );
}

export function getBucketOwnershipControls(call: Call): Answer {
  const { ownership = 'BucketOwnerEnforced' } = bucketFor(call, 'configuration').options;
  return xmlAnswer(xmlDocument('OwnershipControls', { Rule: { ObjectOwnership: ownership } }));
}

export function getBucketLifecycle(call: Call): Answer {
  const { lifecycle = [] } = bucketFor(call, 'configuration').options;
  if (lifecycle.length === 0) {
    throw new S3Error('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist');
  }
  return xmlAnswer(xmlDocument('LifecycleConfiguration', { Rule: lifecycle.map(lifecycleTree) }));
}

const lifecycleTree = (rule: LifecycleRule): XmlTree => ({
  ID: rule.id,
  ...(rule.form === 'legacy' ? { Prefix: rule.prefix } : { Filter: filterTree(rule) }),
  Status: 'Enabled',
  Expiration:
    rule.expirationDays === undefined && rule.expirationDate === undefined
      ? undefined
      : { Days: rule.expirationDays, Date: rule.expirationDate },
  Transition:
    rule.transition === undefined
      ? undefined
      : {
          ...('days' in rule.transition ? { Days: rule.transition.days } : { Date: rule.transition.date }),
          StorageClass: rule.transition.storageClass,
        },
  AbortIncompleteMultipartUpload:
    rule.abortIncompleteMultipartDays === undefined
      ? undefined
      : { DaysAfterInitiation: rule.abortIncompleteMultipartDays },
});

function filterTree({ prefix, tag }: LifecycleRule): XmlTree {
  if (tag === undefined) return { Prefix: prefix };
  const [Key = '', Value = ''] = tag.split('=', 2);
  return { And: { Prefix: prefix, Tag: { Key, Value } } };
}

export function listBuckets(call: Call): Answer {
  if (call.principal === 'anonymous') throw accessDenied();
  return xmlAnswer(
    xmlDocument('ListAllMyBucketsResult', {
      Owner: owner,
      Buckets: {
        Bucket: [...call.store.buckets.values()]
          .map(({ name, created }) => ({ Name: name, CreationDate: new Date(created).toISOString() }))
          .sort((a, b) => (a.Name < b.Name ? -1 : 1)),
      },
    }),
  );
}

export async function createBucket(call: Call): Promise<Answer> {
  const name = call.request.bucket;
  requireRight(call, 'configuration', name);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/u.test(name)) {
    throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.', { elements: { BucketName: name } });
  }
  if (call.store.buckets.has(name)) {
    throw new S3Error(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
    );
  }
  const body = header(call, 'content-length') === undefined ? Buffer.alloc(0) : await receiveText(call);
  const location =
    body.length === 0 ? undefined : text(parseXml(body, 'CreateBucketConfiguration'), 'LocationConstraint');
  call.store.createBucket({ name }, location ?? call.settings.region);
  return { status: 200, headers: { location: `/${name}` } };
}

export function deleteBucket(call: Call): Answer {
  const bucket = bucketFor(call, 'configuration');
  if (!bucket.isEmpty) throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty');
  call.store.deleteBucket(bucket);
  return { status: 204 };
}
