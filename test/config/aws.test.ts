import { PROBE_FOLDER } from '@file-migration/config';
import { expect } from 'chai';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..', '..');
const aws = join(root, 'config', 'aws');

/** Which permissions each S3 operation takes, from the Service Authorization Reference for Amazon S3. */
const TARGET_OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  PutObject: ['s3:PutObject'],
  CopyObject: ['s3:PutObject'],
  CreateMultipartUpload: ['s3:PutObject'],
  UploadPart: ['s3:PutObject'],
  UploadPartCopy: ['s3:PutObject'],
  CompleteMultipartUpload: ['s3:PutObject'],
  AbortMultipartUpload: ['s3:AbortMultipartUpload'],
  GetObject: ['s3:GetObject'],
  HeadObject: ['s3:GetObject', 's3:ListBucket'],
  GetObjectAttributes: ['s3:GetObject', 's3:GetObjectAttributes'],
  DeleteObject: ['s3:DeleteObject'],
  ListObjectsV2: ['s3:ListBucket'],
  HeadBucket: ['s3:ListBucket'],
  GetBucketLocation: ['s3:GetBucketLocation'],
  GetBucketVersioning: ['s3:GetBucketVersioning'],
  GetPublicAccessBlock: ['s3:GetBucketPublicAccessBlock'],
  GetBucketOwnershipControls: ['s3:GetBucketOwnershipControls'],
  GetBucketEncryption: ['s3:GetEncryptionConfiguration'],
  GetBucketLifecycleConfiguration: ['s3:GetLifecycleConfiguration'],
};

/** The same on the vendor's side, versions included: a source is read at the version that was looked at. */
const SOURCE_OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  GetObject: ['s3:GetObject', 's3:GetObjectVersion'],
  HeadObject: ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket'],
  CopyObject: ['s3:GetObject', 's3:GetObjectVersion'],
  UploadPartCopy: ['s3:GetObject', 's3:GetObjectVersion'],
  GetObjectAttributes: [
    's3:GetObject',
    's3:GetObjectVersion',
    's3:GetObjectAttributes',
    's3:GetObjectVersionAttributes',
  ],
  ListObjectsV2: ['s3:ListBucket'],
  HeadBucket: ['s3:ListBucket'],
  GetBucketLocation: ['s3:GetBucketLocation'],
};

const RESTORE_OPERATIONS = { RestoreObject: ['s3:RestoreObject'] };

type Statement = {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
};
type Policy = { readonly Version: string; readonly Statement: readonly Statement[] };

const policies = readdirSync(aws).filter((name) => /^iam-.*\.json$/.test(name));
const policy = (name: string): Policy => JSON.parse(readFileSync(join(aws, name), 'utf8')) as Policy;
const list = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);
const actionsOf = (name: string): Set<string> => new Set(policy(name).Statement.flatMap(({ Action }) => list(Action)));
const needed = (operations: Readonly<Record<string, readonly string[]>>): Set<string> =>
  new Set(Object.values(operations).flat());

describe('The IAM policies', () => {
  for (const name of policies) {
    it(`${name} allows no wildcard action and no wildcard bucket`, () => {
      for (const { Sid, Effect, Action, Resource } of policy(name).Statement) {
        expect(Effect, Sid).to.equal('Allow');
        for (const action of list(Action)) expect(action, Sid).to.match(/^(?:s3|kms):[A-Za-z]+$/);
        for (const resource of list(Resource)) {
          expect(resource, Sid).to.match(
            /^arn:aws:(?:s3:::[A-Z_]+(?:\/[A-Z_]+\/(?:[a-z./-]+\/)?\*)?|kms:[A-Z_]+:[A-Z_]+:key\/[A-Z_]+)$/,
          );
        }
      }
    });

    it(`${name} is explained in the README, and so is each of its placeholders`, () => {
      const readme = readFileSync(join(aws, 'README.md'), 'utf8');
      expect(readme).to.contain(`(${name})`);
      for (const [placeholder] of JSON.stringify(policy(name)).matchAll(/\b(?:TARGET|VENDOR)_[A-Z_]+/g)) {
        expect(readme).to.contain(`\`${placeholder}\``);
      }
    });

    it(`${name} puts object actions on objects and bucket actions on the bucket`, () => {
      for (const { Sid, Action, Resource } of policy(name).Statement) {
        for (const action of list(Action).filter((one) => one.startsWith('s3:'))) {
          const isOnObjects = /Object|Multipart/.test(action);
          for (const resource of list(Resource))
            expect(resource.endsWith('/*'), `${Sid}: ${action}`).to.equal(isOnObjects);
        }
      }
    });
  }

  it('cover every operation on the target, and nothing else', () => {
    expect(actionsOf('iam-migrator.json')).to.deep.equal(needed(TARGET_OPERATIONS));
  });

  it('cover every operation on the source, and nothing else', () => {
    expect(actionsOf('iam-vendor-read.json')).to.deep.equal(needed(SOURCE_OPERATIONS));
    expect(actionsOf('iam-vendor-restore.json')).to.deep.equal(needed(RESTORE_OPERATIONS));
  });

  it('know every operation that the code calls', () => {
    const known = { ...TARGET_OPERATIONS, ...SOURCE_OPERATIONS, ...RESTORE_OPERATIONS };
    const called = ['plugin', 'middleware'].flatMap((room) => s3Operations(join(root, room, 'src')));
    expect(called.filter((operation) => !(operation in known))).to.deep.equal([]);
  });

  it('never let a file be deleted', () => {
    for (const name of policies) {
      for (const { Action, Resource } of policy(name).Statement) {
        if (!list(Action).some((action) => action.includes('Delete'))) continue;
        expect(list(Action)).to.deep.equal(['s3:DeleteObject']);
        expect(Resource).to.equal(`arn:aws:s3:::TARGET_BUCKET/TARGET_PREFIX/${PROBE_FOLDER}*`);
      }
    }
  });

  it('use a KMS key through S3 only', () => {
    for (const name of policies) {
      for (const { Action, Condition } of policy(name).Statement) {
        if (!list(Action).some((action) => action.startsWith('kms:'))) continue;
        expect(JSON.stringify(Condition)).to.match(/"kms:ViaService":"s3\.[A-Z_]+\.amazonaws\.com"/);
      }
    }
  });
});

describe('The bucket of bucket.yaml', () => {
  type Resource = {
    readonly Type: string;
    readonly DeletionPolicy: string;
    readonly UpdateReplacePolicy: string;
    readonly Properties: Readonly<Record<string, unknown>>;
  };
  const template = parse(readFileSync(join(aws, 'bucket.yaml'), 'utf8')) as {
    readonly Resources: Readonly<Record<'FilesBucket' | 'FilesBucketPolicy', Resource>>;
  };
  const bucket = template.Resources.FilesBucket;

  it('outlives its stack', () => {
    for (const resource of Object.values(template.Resources)) {
      expect([resource.DeletionPolicy, resource.UpdateReplacePolicy]).to.deep.equal(['Retain', 'Retain']);
    }
  });

  it('is private, versioned and owned by one account', () => {
    expect(Object.values(bucket.Properties.PublicAccessBlockConfiguration as object)).to.deep.equal([
      true,
      true,
      true,
      true,
    ]);
    expect(bucket.Properties.VersioningConfiguration).to.deep.equal({ Status: 'Enabled' });
    expect(bucket.Properties.OwnershipControls).to.deep.equal({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
  });

  it('is encrypted, with a bucket key where KMS is used', () => {
    const encryption = bucket.Properties.BucketEncryption as { ServerSideEncryptionConfiguration: unknown[] };
    expect(encryption.ServerSideEncryptionConfiguration).to.deep.equal([
      {
        'Fn::If': [
          'WithKms',
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { Ref: 'KmsKeyArn' } },
          },
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
        ],
      },
    ]);
  });

  it('tidies up unfinished uploads, and expires or archives nothing', () => {
    const { Rules } = bucket.Properties.LifecycleConfiguration as { Rules: readonly object[] };
    expect(Rules).to.have.length(1);
    expect(Rules[0]).to.have.all.keys('Id', 'Status', 'AbortIncompleteMultipartUpload');
  });

  it('refuses requests without TLS 1.2', () => {
    const { Statement } = template.Resources.FilesBucketPolicy.Properties.PolicyDocument as Policy;
    expect(Statement.map(({ Effect }) => Effect)).to.deep.equal(['Deny', 'Deny']);
    expect(Statement.map(({ Condition }) => Condition)).to.deep.equal([
      { Bool: { 'aws:SecureTransport': 'false' } },
      { NumericLessThan: { 's3:TlsVersion': '1.2' } },
    ]);
  });
});

/** The operations whose SDK commands a folder's sources name. */
function s3Operations(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .filter((source) => source.includes('@aws-sdk/client-s3'))
    .flatMap((source) =>
      [...source.matchAll(/\b([A-Z][A-Za-z0-9]+)Command\b/g)].map(([, operation]) => operation ?? ''),
    );
}
