import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { AWS_FOLDER, textOf, type Check } from '../check.ts';

type Tree = Readonly<Record<string, unknown>>;

const FILE = `${AWS_FOLDER}/bucket.yaml`;

/** What the bucket promises, whatever parameters it is made with. */
export const bucketTemplate: Check = {
  name: 'bucket template',
  run: (project) => {
    const template = parse(textOf(project, FILE)) as Tree;
    const messages = [...referenceProblems(template), ...resourceProblems(template)];
    return messages.map((message) => ({ file: FILE, message }));
  },
};

function referenceProblems(template: Tree): string[] {
  const parameters = Object.keys(tree(template.Parameters));
  const conditions = Object.keys(tree(template.Conditions));
  const resources = Object.keys(tree(template.Resources));
  const used = new Set<string>();
  const usedConditions = new Set<string>();
  walk(template, (name, value) => {
    if (name === 'Ref') used.add(String(value));
    if (name === 'Fn::GetAtt') used.add(String((value as unknown[])[0]));
    if (name === 'Fn::If') usedConditions.add(String((value as unknown[])[0]));
    if (name === 'Fn::Sub') for (const [, one = ''] of String(value).matchAll(/\$\{([A-Za-z]+)/g)) used.add(one);
  });
  const known = new Set([...parameters, ...resources]);
  return [
    ...[...used]
      .filter((name) => !known.has(name) && !name.startsWith('AWS::'))
      .map((name) => `refers to ${name}, which it does not have`),
    ...[...usedConditions].filter((name) => !conditions.includes(name)).map((name) => `has no condition ${name}`),
    ...parameters.filter((name) => !used.has(name)).map((name) => `never uses its parameter ${name}`),
    ...conditions.filter((name) => !usedConditions.has(name)).map((name) => `never uses its condition ${name}`),
  ];
}

function resourceProblems(template: Tree): string[] {
  const resources = Object.entries(tree(template.Resources)) as [string, Tree][];
  const messages = resources
    .filter(
      ([, { DeletionPolicy, UpdateReplacePolicy }]) => DeletionPolicy !== 'Retain' || UpdateReplacePolicy !== 'Retain',
    )
    .map(([name]) => `${name} does not outlive its stack`);
  const policies = resources.filter(([, { Type }]) => Type === 'AWS::S3::BucketPolicy');
  const bucket = tree(resources.find(([, { Type }]) => Type === 'AWS::S3::Bucket')?.[1].Properties);
  if (policies.length !== 1) messages.push(`makes ${policies.length} bucket policies; a bucket has one`);
  if (!Object.values(tree(bucket.PublicAccessBlockConfiguration)).every((on) => on === true)) {
    messages.push('does not block public access in all four ways');
  }
  if (!isDeepStrictEqual(bucket.VersioningConfiguration, { Status: 'Enabled' })) messages.push('keeps no versions');
  if (!isDeepStrictEqual(bucket.OwnershipControls, { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] })) {
    messages.push('leaves objects to who wrote them');
  }
  return [...messages, ...lifecycleProblems(bucket), ...policyProblems(tree(policies[0]?.[1].Properties))];
}

/** Nothing may expire or archive files that users open; what probes leave must go. */
function lifecycleProblems(bucket: Tree): string[] {
  const rules = list(tree(bucket.LifecycleConfiguration).Rules) as Tree[];
  const harmful = rules
    .filter((rule) =>
      ['Expiration', 'ExpirationInDays', 'ExpirationDate', 'Transition', 'Transitions'].some((name) => name in rule),
    )
    .map(({ Id }) => `the lifecycle rule ${String(Id)} expires or archives objects`);
  const everywhere = rules
    .filter(
      (rule) =>
        'NoncurrentVersionExpiration' in rule &&
        !/\/\.file-migration\/(?:probe|snapshots)\//.test(JSON.stringify(rule.Prefix ?? '')),
    )
    .map(({ Id }) => `the lifecycle rule ${String(Id)} removes earlier versions of files`);
  const aborts = rules.some((rule) => 'AbortIncompleteMultipartUpload' in rule);
  const forgets = rules.some(
    (rule) =>
      JSON.stringify(rule.Prefix ?? '').includes('/.file-migration/probe/') &&
      'NoncurrentVersionExpiration' in rule &&
      rule.ExpiredObjectDeleteMarker === true,
  );
  return [
    ...harmful,
    ...everywhere,
    ...(aborts ? [] : ['never removes the parts of unfinished uploads']),
    ...(forgets ? [] : ['keeps versions and delete markers of probes for ever']),
  ];
}

function policyProblems(properties: Tree): string[] {
  const statements = list(tree(properties.PolicyDocument).Statement).map((one) =>
    tree(list(tree(one)['Fn::If'])[1] ?? one),
  );
  const conditions = JSON.stringify(statements.map(({ Condition }) => Condition));
  const messages = statements
    .filter(({ Effect }) => Effect !== 'Deny')
    .map(({ Sid }) => `${String(Sid)} allows something; only identity policies do`);
  if (!conditions.includes('{"aws:SecureTransport":"false"}')) messages.push('lets requests in without TLS');
  if (!conditions.includes('{"s3:TlsVersion":"1.2"}')) messages.push('lets requests in with old TLS');
  for (const { Sid, Condition } of statements) {
    const arn = tree(tree(Condition).ArnEquals)['aws:PrincipalArn'];
    if (arn !== undefined && !isDeepStrictEqual(arn, { Ref: 'RedirectRoleArn' })) {
      messages.push(`${String(Sid)} puts a role's ARN together; a role with a path has another one`);
    }
    const isConditional = JSON.stringify(Condition).includes('s3:if-none-match');
    if (isConditional && tree(tree(Condition).Bool)['s3:ObjectCreationOperation'] !== 'true') {
      messages.push(`${String(Sid)} would refuse the parts of uploads, which cannot be conditional`);
    }
  }
  return messages;
}

function walk(node: unknown, visit: (name: string, value: unknown) => void): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [name, value] of Object.entries(node)) {
    visit(name, value);
    walk(value, visit);
  }
}

const tree = (value: unknown): Tree => (typeof value === 'object' && value !== null ? (value as Tree) : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
