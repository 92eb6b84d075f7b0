import { PROBE_FOLDER, SNAPSHOT_FOLDER } from '@file-migration/config';
import { z } from 'zod';
import { AWS_FOLDER, filesIn, textOf, type Check, type Problem, type Project } from '../check.ts';

const texts = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((value) => (typeof value === 'string' ? [value] : value));
const statement = z.strictObject({
  Sid: z.string().regex(/^[A-Za-z0-9]+$/),
  Effect: z.literal('Allow'),
  Principal: z.strictObject({ AWS: z.string() }).optional(),
  Action: texts,
  Resource: texts,
  Condition: z.record(z.string(), z.record(z.string(), texts)).optional(),
});
const identityPolicy = z.strictObject({ Version: z.literal('2012-10-17'), Statement: z.array(statement).min(1) });
const statements = z.array(statement).min(1);

type Statement = z.output<typeof statement>;

/** Where what we wrote ourselves may be deleted. */
const deletable = [PROBE_FOLDER, SNAPSHOT_FOLDER];

/** Characters of a managed policy without white space ("IAM and AWS STS quotas"). */
const MOST_CHARACTERS = 6144;

/** Actions that are used here, and what they are about: Service Authorization Reference. */
const ON_OBJECTS = new Set([
  's3:AbortMultipartUpload',
  's3:DeleteObject',
  's3:GetObject',
  's3:GetObjectVersion',
  's3:PutObject',
  's3:RestoreObject',
]);
const ON_BUCKETS = new Set([
  's3:GetBucketOwnershipControls',
  's3:GetBucketPublicAccessBlock',
  's3:GetBucketVersioning',
  's3:GetEncryptionConfiguration',
  's3:GetLifecycleConfiguration',
  's3:ListBucket',
  's3:ListBucketMultipartUploads',
]);
const ON_OTHERS: ReadonlyMap<string, RegExp> = new Map([
  ['kms:Decrypt', /^[A-Z_]+_KMS_KEY_ARN$/],
  ['kms:GenerateDataKey', /^[A-Z_]+_KMS_KEY_ARN$/],
  ['secretsmanager:GetSecretValue', /^[A-Z_]+_ARN$/],
  ['ecr:BatchCheckLayerAvailability', /^[A-Z_]+_ARN$/],
  ['ecr:BatchGetImage', /^[A-Z_]+_ARN$/],
  ['ecr:GetDownloadUrlForLayer', /^[A-Z_]+_ARN$/],
  // takes no resource: Service Authorization Reference for Amazon ECR
  ['ecr:GetAuthorizationToken', /^\*$/],
  ['logs:CreateLogStream', /^[A-Z_]+_ARN:\*$/],
  ['logs:PutLogEvents', /^[A-Z_]+_ARN:\*$/],
]);

/** Least privilege, statement by statement; what the code uses of it is proven by the tests' traffic. */
export const policies: Check = {
  name: 'IAM policies',
  run: (project) => [
    ...filesIn(project, AWS_FOLDER, /^iam-.*\.json$/).flatMap((file) => identityProblems(project, file)),
    ...filesIn(project, AWS_FOLDER, /^statements-.*\.json$/).flatMap((file) => statementProblems(project, file)),
    ...filesIn(project, AWS_FOLDER, /\.json$/)
      .filter((file) => !/\/(?:iam|statements)-[^/]*$/.test(file))
      .map((file) => ({ file, message: 'is neither an identity policy (iam-*) nor statements to add (statements-*)' })),
    ...readmeProblems(project),
  ],
};

function identityProblems(project: Project, file: string): Problem[] {
  const text = textOf(project, file);
  const read = identityPolicy.safeParse(parsed(text));
  if (!read.success) return [{ file, message: `is no identity policy: ${z.prettifyError(read.error)}` }];
  const messages = read.data.Statement.flatMap((one) => [...statementRules(one), ...identityRules(one)]);
  const characters = text.replace(/\s/g, '').length;
  if (characters > MOST_CHARACTERS) messages.push(`has ${characters} characters; IAM takes ${MOST_CHARACTERS}`);
  if (new Set(read.data.Statement.map(({ Sid }) => Sid)).size < read.data.Statement.length) {
    messages.push('has two statements of one Sid');
  }
  return messages.map((message) => ({ file, message }));
}

/** A bucket and a key have one policy each: a whole one in a file would be put in place of what is there. */
function statementProblems(project: Project, file: string): Problem[] {
  const read = statements.safeParse(parsed(textOf(project, file)));
  if (!read.success) {
    return [{ file, message: `must be a list of statements to add, no whole policy: ${z.prettifyError(read.error)}` }];
  }
  return read.data
    .flatMap((one) => [
      ...(one.Principal === undefined ? [`${one.Sid}: names no Principal`] : []),
      ...statementRules(one, 'of a resource'),
    ])
    .map((message) => ({ file, message }));
}

function statementRules({ Sid, Action, Resource, Condition }: Statement, kind?: 'of a resource'): string[] {
  const messages: string[] = [];
  for (const action of Action) {
    if (ON_OBJECTS.has(action)) {
      for (const resource of Resource.filter(
        (one) => !/^arn:aws:s3:::[A-Z_]+\/[A-Z_]+\/(?:[a-z./-]+\/)?\*$/.test(one),
      )) {
        messages.push(`${Sid}: ${action} must be on a bucket's prefix, not on ${resource}`);
      }
    } else if (ON_BUCKETS.has(action)) {
      for (const resource of Resource.filter((one) => !/^arn:aws:s3:::[A-Z_]+$/.test(one))) {
        messages.push(`${Sid}: ${action} must be on a bucket, not on ${resource}`);
      }
    } else {
      const form = ON_OTHERS.get(action);
      if (form === undefined) messages.push(`${Sid}: ${action} is no action that this product needs`);
      // a key's own policy names the key as *
      else if (kind === undefined && !Resource.every((resource) => form.test(resource))) {
        messages.push(`${Sid}: ${action} must not be on ${Resource.join(', ')}`);
      }
    }
    if (
      action.includes('Delete') &&
      !Resource.every((one) => deletable.some((folder) => one.endsWith(`/${folder}*`)))
    ) {
      messages.push(`${Sid}: ${action} may be on ${deletable.join(' and ')} alone: no role deletes files`);
    }
    const viaService = Condition?.StringEquals?.['kms:ViaService'] ?? [];
    if (action.startsWith('kms:') && !viaService.every((one) => /^s3\.[A-Z_]+\.amazonaws\.com$/.test(one))) {
      messages.push(`${Sid}: kms:ViaService must name S3`);
    }
    if (action.startsWith('kms:') && viaService.length === 0) messages.push(`${Sid}: ${action} is not bound to S3`);
  }
  return messages;
}

function identityRules({ Sid, Principal, Action, Condition }: Statement): string[] {
  const messages: string[] = [];
  if (Principal !== undefined) messages.push(`${Sid}: an identity policy names no Principal`);
  const accounts = Condition?.StringEquals?.['aws:ResourceAccount'] ?? [];
  const onS3 = Action.some((action) => action.startsWith('s3:'));
  if (onS3 && !(accounts.length === 1 && /^[A-Z]+_ACCOUNT$/.test(accounts[0] ?? ''))) {
    messages.push(`${Sid}: is not bound to the bucket's account by aws:ResourceAccount`);
  }
  return messages;
}

/** Each file is explained, and each placeholder in one. */
function readmeProblems(project: Project): Problem[] {
  const file = `${AWS_FOLDER}/README.md`;
  const readme = textOf(project, file);
  return filesIn(project, AWS_FOLDER, /\.json$/).flatMap((path) => {
    const name = path.slice(AWS_FOLDER.length + 1);
    const unknown = new Set(
      [...textOf(project, path).matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g)]
        .map(([placeholder]) => placeholder)
        .filter((placeholder) => !readme.includes(`\`${placeholder}\``)),
    );
    return [
      ...(readme.includes(`(${name})`) ? [] : [{ file, message: `does not explain ${name}` }]),
      ...[...unknown].map((placeholder) => ({ file, message: `does not explain ${placeholder}, which ${name} has` })),
    ];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
