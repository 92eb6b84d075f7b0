import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Grant, Role } from '@file-migration/stand-ins/object-store/policies/authorizer';
import type { PolicyDocument } from '@file-migration/stand-ins/object-store/policies/policy';
import { parse } from 'yaml';

const AWS = join(import.meta.dirname, '../../../config/aws');

/** Where the placeholders of `config/aws` point in a world. */
export type AwsPlaces = {
  readonly targetBucket: string;
  readonly targetPrefix: string;
  readonly vendorBucket: string;
  /** The first folder of the vendor's keys; absent: they have none. */
  readonly vendorPrefix?: string;
  readonly region: string;
};

export const OWN_ACCOUNT = '111122223333';
export const VENDOR_ACCOUNT = '999988887777';

/** The role that a part of the product runs as, with the policies that are shipped for it. */
export function shippedRole(name: 'migrator' | 'redirect', places: AwsPlaces): Role {
  return { arn: roleArn(name), policies: FILES[name].map((file) => shippedPolicy(file, places)) };
}

const FILES = {
  migrator: ['iam-migrator', 'iam-migrator-kms', 'iam-vendor-read', 'iam-vendor-read-kms', 'iam-vendor-restore'],
  redirect: ['iam-redirect', 'iam-redirect-kms'],
} as const;

const roleArn = (name: string): string => `arn:aws:iam::${OWN_ACCOUNT}:role/file-migration/${name}`;

/** A policy by its file's name, which becomes its Id: grants are told by it. */
function shippedPolicy(file: string, places: AwsPlaces): PolicyDocument {
  return { ...(JSON.parse(filledIn(`${file}.json`, places)) as PolicyDocument), Id: file };
}

/** What the vendor adds to the policy of their bucket. */
export function vendorBucketPolicy(places: AwsPlaces): PolicyDocument {
  const statements = JSON.parse(filledIn('statements-vendor-bucket.json', places)) as PolicyDocument['Statement'];
  return { Version: '2012-10-17', Statement: statements };
}

function filledIn(file: string, places: AwsPlaces): string {
  const values: Readonly<Record<string, string>> = {
    TARGET_BUCKET: places.targetBucket,
    TARGET_PREFIX: places.targetPrefix,
    TARGET_ACCOUNT: OWN_ACCOUNT,
    TARGET_REGION: places.region,
    TARGET_KMS_KEY_ARN: keyArn(places.region, OWN_ACCOUNT),
    VENDOR_BUCKET: places.vendorBucket,
    'VENDOR_PREFIX/': places.vendorPrefix === undefined ? '' : `${places.vendorPrefix}/`,
    VENDOR_ACCOUNT,
    VENDOR_REGION: places.region,
    VENDOR_KMS_KEY_ARN: keyArn(places.region, VENDOR_ACCOUNT),
    MIGRATOR_ROLE_ARN: roleArn('migrator'),
  };
  return readFileSync(join(AWS, file), 'utf8').replace(
    /VENDOR_PREFIX\/|[A-Z]+(?:_[A-Z]+)+/g,
    (name) => values[name] ?? name,
  );
}

/** The KMS key of an account's files. */
export const keyArn = (region: string, account: string): string => `arn:aws:kms:${region}:${account}:key/files`;

/** Everything that the policies for S3 grant, one grant for each action of each statement. */
export function allGrants(): Grant[] {
  return Object.values(FILES)
    .flat()
    .flatMap((policy) => {
      const { Statement: statements } = JSON.parse(readFileSync(join(AWS, `${policy}.json`), 'utf8')) as PolicyDocument;
      return statements.flatMap(({ Sid: statement = '', Action: actions }) =>
        [actions].flat().map((action) => ({ policy, statement, action })),
      );
    });
}

/** Files that a role is made of, so that none is forgotten when one is added. */
export const policyFiles = (): string[] =>
  readdirSync(AWS)
    .filter((name) => /^iam-(?!redirect-execution).*\.json$/.test(name))
    .map((name) => name.replace(/\.json$/, ''));
export const filesOfRoles = (): string[] => Object.values(FILES).flat();

type Tree = Readonly<Record<string, unknown>>;

/** The bucket policy that `bucket.yaml` makes with all of its options on. */
export function shippedBucketPolicy(places: AwsPlaces): PolicyDocument {
  const { Resources: resources } = parse(readFileSync(join(AWS, 'bucket.yaml'), 'utf8')) as {
    readonly Resources: Readonly<Record<'FilesBucketPolicy', { readonly Properties: Tree }>>;
  };
  const values: Readonly<Record<string, string>> = {
    'FilesBucket.Arn': `arn:aws:s3:::${places.targetBucket}`,
    KeyPrefix: places.targetPrefix,
    RedirectRoleArn: roleArn('redirect'),
  };
  return resolved(resources.FilesBucketPolicy.Properties.PolicyDocument, values) as PolicyDocument;
}

/** CloudFormation's intrinsic functions, as far as the template uses them; every condition holds. */
function resolved(node: unknown, values: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(node)) return node.map((item) => resolved(item, values));
  if (typeof node !== 'object' || node === null) return node;
  const tree = node as Tree;
  if ('Ref' in tree) return values[String(tree.Ref)];
  if ('Fn::GetAtt' in tree) return values[(tree['Fn::GetAtt'] as string[]).join('.')];
  if ('Fn::Sub' in tree) {
    return String(tree['Fn::Sub']).replace(/\$\{([\w.]+)\}/g, (_, name: string) => values[name] ?? name);
  }
  if ('Fn::If' in tree) return resolved((tree['Fn::If'] as unknown[])[1], values);
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, resolved(value, values)]));
}
