/* Every offline check of what ships for AWS passes as things are, and fails on a sample that it must reject. */
import { expect } from 'chai';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@file-migration/stand-ins/machine-tools';
import type { Check } from '../../aws/check.ts';
import { bucketTemplate } from '../../aws/checks/bucket-template.ts';
import { cfnLint } from '../../aws/checks/cfn-lint.ts';
import { dockerfile } from '../../aws/checks/dockerfile.ts';
import { fleetTemplate } from '../../aws/checks/fleet-template.ts';
import { policies } from '../../aws/checks/policies.ts';
import { redirectTemplate } from '../../aws/checks/redirect-template.ts';
import { workflows } from '../../aws/checks/workflows.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PARTS = [
  'config/aws',
  '.github/workflows',
  'middleware/Dockerfile',
  'middleware/Dockerfile.dockerignore',
  'plugin/Dockerfile',
  'plugin/Dockerfile.dockerignore',
  'package.json',
];

type Sample = {
  readonly is: string;
  readonly file: string;
  readonly from: string | RegExp;
  readonly to: string;
  readonly says: RegExp;
};

const MIGRATOR = 'config/aws/iam-migrator.json';
const BUCKET = 'config/aws/bucket.yaml';
const DOCKERFILE = 'middleware/Dockerfile';
const REDIRECT = 'config/aws/redirect.yaml';
const FLEET = 'config/aws/fleet.yaml';
const CI = '.github/workflows/ci.yml';

const SAMPLES: readonly (readonly [Check, readonly Sample[]])[] = [
  [
    policies,
    [
      {
        is: 'an action that nothing needs',
        file: MIGRATOR,
        from: '"s3:GetObject"',
        to: '"s3:GetObject", "s3:GetObjectAttributes"',
        says: /s3:GetObjectAttributes is no action that this product needs/,
      },
      {
        is: 'a wildcard action',
        file: MIGRATOR,
        from: '"s3:PutObject"',
        to: '"s3:Put*"',
        says: /s3:Put\* is no action/,
      },
      {
        is: 'a wildcard bucket',
        file: MIGRATOR,
        from: 'arn:aws:s3:::TARGET_BUCKET/TARGET_PREFIX/*',
        to: 'arn:aws:s3:::*',
        says: /must be on a bucket's prefix/,
      },
      {
        is: 'a bucket action on objects',
        file: MIGRATOR,
        from: '"arn:aws:s3:::TARGET_BUCKET",',
        to: '"arn:aws:s3:::TARGET_BUCKET/*",',
        says: /s3:ListBucket must be on a bucket, not on/,
      },
      {
        is: 'a right to delete files',
        file: MIGRATOR,
        from: '/.file-migration/probe/*',
        to: '/*',
        says: /no role deletes files/,
      },
      {
        is: 'a bucket that is not bound to its account',
        file: 'config/aws/iam-redirect.json',
        from: 'aws:ResourceAccount',
        to: 'aws:PrincipalAccount',
        says: /not bound to the bucket's account/,
      },
      {
        is: 'a KMS key that may be used without S3',
        file: 'config/aws/iam-redirect-kms.json',
        from: 'kms:ViaService',
        to: 'kms:CallerAccount',
        says: /kms:Decrypt is not bound to S3/,
      },
      {
        is: 'a whole policy where statements are to be added',
        file: 'config/aws/statements-vendor-bucket.json',
        from: /^[\s\S]*$/,
        to: '{ "Version": "2012-10-17", "Statement": [] }',
        says: /no whole policy/,
      },
      {
        is: 'a placeholder that nobody explains',
        file: MIGRATOR,
        from: 'TARGET_ACCOUNT',
        to: 'OTHER_ACCOUNT',
        says: /does not explain OTHER_ACCOUNT/,
      },
      { is: 'a file that is no JSON', file: MIGRATOR, from: '{', to: '', says: /is no identity policy/ },
    ],
  ],
  [
    bucketTemplate,
    [
      {
        is: 'a bucket that goes with its stack',
        file: BUCKET,
        from: 'DeletionPolicy: Retain',
        to: 'DeletionPolicy: Delete',
        says: /FilesBucket does not outlive its stack/,
      },
      {
        is: 'a public bucket',
        file: BUCKET,
        from: 'BlockPublicPolicy: true',
        to: 'BlockPublicPolicy: false',
        says: /public/,
      },
      {
        is: 'a bucket without versions',
        file: BUCKET,
        from: 'Status: Enabled',
        to: 'Status: Suspended',
        says: /versions/,
      },
      {
        is: 'a rule that archives files',
        file: BUCKET,
        from: '          - Id: forget-probes',
        to: '          - Id: save-money\n            Status: Enabled\n            Transition: { TransitionInDays: 30, StorageClass: GLACIER }\n          - Id: forget-probes',
        says: /save-money expires or archives/,
      },
      {
        is: 'a rule that removes versions of files',
        file: BUCKET,
        from: '/.file-migration/probe/',
        to: '/',
        says: /forget-probes removes earlier versions of files/,
      },
      {
        is: 'probes that are kept for ever',
        file: BUCKET,
        from: '            ExpiredObjectDeleteMarker: true\n',
        to: '',
        says: /delete markers of probes/,
      },
      {
        is: 'requests without TLS',
        file: BUCKET,
        from: "aws:SecureTransport: 'false'",
        to: "aws:SecureTransport: 'true'",
        says: /without TLS/,
      },
      {
        is: "a role's ARN that is put together",
        file: BUCKET,
        from: 'aws:PrincipalArn:\n                      Ref: RedirectRoleArn',
        to: 'aws:PrincipalArn:\n                      Fn::Sub: arn:aws:iam::${AWS::AccountId}:role/${RedirectRoleArn}',
        says: /a role with a path/,
      },
      {
        is: 'conditional writes asked of parts',
        file: BUCKET,
        from: "s3:ObjectCreationOperation: 'true'",
        to: "aws:SecureTransport: 'true'",
        says: /refuse the parts of uploads/,
      },
      {
        is: 'a reference into nothing',
        file: BUCKET,
        from: 'Ref: AccessLogBucket',
        to: 'Ref: LogBucket',
        says: /LogBucket/,
      },
    ],
  ],
  [
    dockerfile,
    [
      {
        is: 'a base image that is not built any more',
        file: DOCKERFILE,
        from: 'nodejs24-debian13',
        to: 'nodejs24-debian12',
        says: /Debian 12 are not built any more/,
      },
      {
        is: 'another Node in the two stages',
        file: DOCKERFILE,
        from: 'node:24-trixie-slim',
        to: 'node:22-trixie-slim',
        says: /not the Node and Debian/,
      },
      { is: 'root', file: DOCKERFILE, from: ':nonroot', to: ':latest', says: /runs as nonroot/ },
      {
        is: 'a command for a shell',
        file: DOCKERFILE,
        from: /CMD \[.*/,
        to: 'CMD node serve.js',
        says: /needs a shell/,
      },
      {
        is: 'a copy that the ignore file keeps out',
        file: `${DOCKERFILE}.dockerignore`,
        from: '!test/stand-ins/package.json\n',
        to: '',
        says: /keeps out/,
      },
      {
        is: 'a workspace that the lockfile knows and the image does not',
        file: DOCKERFILE,
        from: 'COPY test/stand-ins/package.json test/stand-ins/package.json\n',
        to: '',
        says: /npm ci refuses the lockfile/,
      },
    ],
  ],
  [
    redirectTemplate,
    [
      {
        is: 'a health check that AWS refuses',
        file: REDIRECT,
        from: 'HealthCheckTimeoutSeconds: 2',
        to: 'HealthCheckTimeoutSeconds: 5',
        says: /every 5 s with a time-out of 5 s is refused/,
      },
      {
        is: 'a health check for a shell',
        file: REDIRECT,
        from: '/nodejs/bin/node',
        to: 'curl',
        says: /no shell/,
      },
    ],
  ],
  [
    workflows,
    [
      {
        is: 'an action by a name that can be moved',
        file: CI,
        from: /actions\/checkout@\w+ # v\S+/,
        to: 'actions/checkout@v7',
        says: /pin the commit/,
      },
      { is: 'a pin without its version', file: CI, from: / # v7\.0\.1/, to: '', says: /which version/ },
      {
        is: 'the default token',
        file: CI,
        from: 'permissions:\n  contents: read\n',
        to: '',
        says: /default permissions/,
      },
      { is: 'a job without an end', file: CI, from: '    timeout-minutes: 60\n', to: '', says: /six hours/ },
    ],
  ],
  [
    cfnLint,
    [
      {
        is: 'a property that CloudFormation does not know',
        file: BUCKET,
        from: 'OwnershipControls:',
        to: 'OwnershipRules:',
        says: /OwnershipRules/,
      },
    ],
  ],
  [
    fleetTemplate,
    [
      {
        is: 'a worker that may more than the migrator',
        file: FLEET,
        from: 's3:AbortMultipartUpload]',
        to: 's3:AbortMultipartUpload, s3:PutObjectAcl]',
        says: /a worker may s3:PutObjectAcl, which neither/,
      },
      {
        is: 'a worker that may less',
        file: FLEET,
        from: '[s3:PutObject, s3:GetObject, s3:AbortMultipartUpload]',
        to: '[s3:PutObject, s3:GetObject]',
        says: /a worker may not s3:AbortMultipartUpload/,
      },
      {
        is: 'a worker that can log in to Salesforce',
        file: FLEET,
        from: /(Name: worker\n[^]*?)Secrets:\n/,
        to: '$1Secrets:\n            - { Name: SFDX_AUTH_URL, ValueFrom: !Ref LoginSecretArn }\n',
        says: /the coordinator’s alone/,
      },
    ],
  ],
];

describe('What ships for AWS', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'aws-check-'));
    for (const part of PARTS) {
      cpSync(join(ROOT, part), join(root, part), { recursive: true });
    }
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  for (const [check, samples] of SAMPLES) {
    const suite = (): void => {
      it('pass as they are', () => {
        expect(check.run({ root: ROOT })).to.deep.equal([]);
      });

      for (const { is, file, from, to, says } of samples) {
        it(`refuse ${is}`, () => {
          const path = join(root, file);
          const before = readFileSync(path, 'utf8');
          const after = before.replace(from, to);
          expect(after, 'the sample changes nothing').to.not.equal(before);
          writeFileSync(path, after);
          expect(
            check
              .run({ root })
              .map(({ message }) => message)
              .join('\n'),
          ).to.match(says);
        });
      }
    };
    if (check === cfnLint) describeWith('cfn-lint', check.name, suite);
    else describe(check.name, suite);
  }
});
