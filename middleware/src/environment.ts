import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { organizationId, type OrganizationId } from '@file-migration/config';
import { z } from 'zod';

/** Everything that the service is told from outside, checked. Durations are in seconds unless their name says else. */
export type Environment = Readonly<z.infer<typeof SCHEMA>>;

/** One variable that cannot be used, and why. */
export type EnvironmentProblem = { readonly variable: string; readonly problem: string };

/** Thrown when the service cannot start as it is configured; the message lists every problem at once. */
export class EnvironmentError extends Error {
  readonly problems: readonly EnvironmentProblem[];

  constructor(problems: readonly EnvironmentProblem[]) {
    const lines = problems.map(({ variable, problem }) => `  ${variable}: ${problem}`);
    super(`The redirect service cannot start. Set these environment variables right:\n${lines.join('\n')}`);
    this.name = 'EnvironmentError';
    this.problems = problems;
  }
}

const PREFIX = 'REDIRECT_';
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const API_NAME = /^[A-Za-z][A-Za-z0-9_]{0,79}$/;

/** An origin that users or tokens travel to: https, and plain http on this machine only. */
const origin = z.string().transform((value, context) => {
  const url = URL.parse(value);
  if (url === null || (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.has(url.hostname)))) {
    context.addIssue('must be an https URL such as https://files.example.com (plain http only on loopback)');
    return z.NEVER;
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    context.addIssue('must be scheme, host and port only, without path, query or user');
    return z.NEVER;
  }
  return url.origin;
});

const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
const origins = list.pipe(z.array(origin));
const apiName = z.string().regex(API_NAME, 'must be the API name of an object or a field');
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

function wholeNumber(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least, `must be at least ${least}`).max(most, `must be at most ${most}`));
}

const orgId = z.string().transform((value, context): OrganizationId => {
  try {
    return organizationId(value);
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : String(error));
    return z.NEVER;
  }
});

/** `2026a:<base64 of 32 bytes>,2025b:…`: all decrypt; which of them encrypts is said apart. */
const sessionKeys = list.transform((items, context) => {
  const keys = items.map((item) => {
    const [, id, secret] = /^([A-Za-z0-9_-]{1,16}):([A-Za-z0-9+/_-]+=*)$/.exec(item) ?? [];
    return { id: id ?? '', secret: Buffer.from(secret ?? '', 'base64') };
  });
  if (keys.length === 0 || keys.some(({ id, secret }) => id === '' || secret.length !== 32)) {
    // the value is a secret: no part of it is shown
    context.addIssue(
      'must be one or more of id:key, separated by commas, each key 32 random bytes in base64 (openssl rand -base64 32)',
    );
    return z.NEVER;
  }
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) {
    context.addIssue('holds the same key id twice');
    return z.NEVER;
  }
  return keys;
});

const certificates = z.string().transform((value, context) => {
  // variables often arrive with their line ends escaped
  const blocks = value
    .replaceAll('\\n', '\n')
    .match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g);
  try {
    const found = (blocks ?? []).map((block) => new X509Certificate(block));
    if (found.length === 0) throw new Error('no certificate in it');
    const other = found.find(({ publicKey }) => publicKey.asymmetricKeyType !== 'rsa');
    if (other !== undefined) throw new Error('not an RSA certificate');
    return found;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.addIssue(`must be the PEM of the certificate that signs link tokens in Salesforce (${why})`);
    return z.NEVER;
  }
});

const trustProxy = z.string().transform((value, context): false | number | string[] => {
  if (value === 'none') return false;
  if (/^[1-9]$/.test(value)) return Number(value);
  const networks = value.split(',').map((item) => item.trim());
  if (networks.every(isNetwork)) return networks;
  context.addIssue('must be none, the number of proxies in front (1 to 9), or their networks such as 10.0.0.0/8');
  return z.NEVER;
});

function isNetwork(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/');
  return isIP(address) !== 0 && rest.length === 0 && (bits === undefined || /^\d{1,3}$/.test(bits));
}

/** Hosts that records may point to besides us: exact names, so that nobody can register one that fits a pattern. */
const hosts = list.pipe(
  z.array(
    z
      .string()
      .regex(/^(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i, 'must be host names, separated by commas')
      .transform((host) => host.toLowerCase()),
  ),
);

const SCHEMA = z.object({
  REDIRECT_PUBLIC_URL: origin,
  REDIRECT_FORMER_URLS: origins.default([]),
  REDIRECT_HOST: z.string().default('0.0.0.0'),
  REDIRECT_PORT: wholeNumber(0, 65_535).default(8080),
  REDIRECT_METRICS_PORT: wholeNumber(0, 65_535).default(9090),
  REDIRECT_TRUST_PROXY: trustProxy.default(false),

  REDIRECT_ORG_URL: origin,
  REDIRECT_ORG_ID: orgId,
  REDIRECT_CLIENT_ID: z.string().min(1, 'must not be empty'),
  REDIRECT_CLIENT_SECRET: z.string().min(1, 'must not be empty'),
  REDIRECT_API_VERSION: z
    .string()
    .regex(/^\d{2,3}\.0$/, 'must look like 67.0')
    .default('67.0'),
  REDIRECT_ORG_TIMEOUT_SECONDS: wholeNumber(1, 60).default(5),

  REDIRECT_DOCUMENT_OBJECT: apiName.default('DocListEntry__c'),
  REDIRECT_DOCUMENT_ID_PREFIX: z
    .string()
    .regex(/^[0-9A-Za-z]{3}$/, "must be the three characters that the object's record ids start with"),
  REDIRECT_NAME_FIELD: apiName.default('Name'),
  REDIRECT_URL_FIELD: apiName.default('Document__c'),
  REDIRECT_KEY_FIELD: apiName.default('File_Key__c'),
  REDIRECT_ORIGINAL_URL_FIELD: apiName.default('File_Original_Url__c'),
  REDIRECT_EXTERNAL_USERS_WHERE: z.string().min(1, 'must be a SOQL condition, or not be set at all').optional(),

  REDIRECT_BUCKET: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket'),
  REDIRECT_KEY_PREFIX: z.string().regex(/^[^/].*\/$/, 'must be a folder with its slash, such as uploads/'),
  REDIRECT_REGION: z.string().regex(/^[a-z0-9-]+$/, 'must be the region of the bucket, such as us-east-1'),
  REDIRECT_S3_ENDPOINT: origin.optional(),
  REDIRECT_S3_PATH_STYLE: flag.default(false),
  REDIRECT_ORIGINAL_HOSTS: hosts.default([]),
  // the bucket's guard refuses signatures older than ten minutes, so a longer life would only look as if it worked
  REDIRECT_SIGNED_URL_SECONDS: wholeNumber(15, 600).default(120),

  REDIRECT_ACCESS_CACHE_SECONDS: wholeNumber(0, 300).default(30),
  REDIRECT_SESSION_KEYS: sessionKeys,
  REDIRECT_ENCRYPTING_KEY: z.string().optional(),
  REDIRECT_SESSION_MINUTES: wholeNumber(1, 1440).default(480),
  REDIRECT_SESSION_CHECK_MINUTES: wholeNumber(1, 1440).default(15),
  REDIRECT_CORS_ORIGINS: origins.default([]),
  REDIRECT_FRAME_ORIGINS: origins.default([]),
  REDIRECT_LINK_CERTIFICATE: certificates.optional(),
  REDIRECT_LINK_PAGE: z
    .string()
    .regex(/^\/(?!\/)[\w./-]+$/, 'must be a path in the org such as /apex/FileMigrationOpen')
    .optional(),

  REDIRECT_MODE_FILE: z.string().min(1, 'must be the path of a file').optional(),
  REDIRECT_ORGANIZATION_NAME: z.string().max(80, 'must have 80 characters at most').default('Your organization'),
  REDIRECT_HELP_CONTACT: z
    .string()
    .max(120, 'must have 120 characters at most')
    .default('your Salesforce administrator'),

  REDIRECT_USER_LIMIT: wholeNumber(1, 1_000_000).default(120),
  REDIRECT_ADDRESS_LIMIT: wholeNumber(1, 1_000_000).default(600),
  REDIRECT_HEALTH_CHECK_SECONDS: wholeNumber(1, 300).default(5),
  REDIRECT_HEALTH_CHECK_FAILURES: wholeNumber(1, 10).default(2),
  REDIRECT_DRAIN_DELAY_SECONDS: wholeNumber(0, 120).default(15),
  REDIRECT_DRAIN_SECONDS: wholeNumber(1, 300).default(20),
  REDIRECT_WHEN_AUDIT_FAILS: z.enum(['refuse', 'drop']).default('refuse'),
  REDIRECT_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

/** What variables of former versions were for, and what is done now. */
const RETIRED: Readonly<Record<string, string>> = {
  REDIRECT_PROCESSES: 'is gone: one process a container; run more containers for more load, and take this variable out',
};

/** The names of all variables that the service knows. */
export const REDIRECT_VARIABLES: readonly string[] = Object.keys(SCHEMA.shape);

/**
 * Reads the `REDIRECT_…` variables. An empty value counts as not set, because container platforms cannot unset one.
 * @throws EnvironmentError with every problem at once; no secret is part of it
 */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const given = Object.fromEntries(
    Object.entries(variables).filter(
      ([name, value]) =>
        name.startsWith(PREFIX) && value !== undefined && value !== '' && !isServiceVariable(name, value),
    ),
  );
  const parsed = SCHEMA.safeParse(given);
  const problems = [
    ...(parsed.error?.issues ?? []).map((issue) => asProblem(issue, given)),
    ...unknownVariables(given),
    ...halfSet(given),
    ...(parsed.success ? keyProblems(parsed.data) : []),
  ];
  if (!parsed.success || problems.length > 0) throw new EnvironmentError(problems);
  return parsed.data;
}

function asProblem(issue: z.core.$ZodIssue, given: Readonly<Record<string, string | undefined>>): EnvironmentProblem {
  const variable = String(issue.path[0]);
  if (given[variable] === undefined) return { variable, problem: 'is not set' };
  return { variable, problem: issue.message };
}

/**
 * Kubernetes gives every container variables that say where each Service of the namespace is: for one that is called
 * `redirect`, or `redirect-…`, they begin like ours.
 * Source: Kubernetes documentation, "Service, environment variables".
 */
function isServiceVariable(name: string, value: string): boolean {
  return (
    /_SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?$/.test(name) ||
    /_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name) ||
    (name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value))
  );
}

/**
 * Which key encrypts has to be said as soon as there are two: an instance that encrypts with a key that others do not
 * have yet signs their users out again and again.
 */
function keyProblems({ REDIRECT_SESSION_KEYS: keys, REDIRECT_ENCRYPTING_KEY: id }: Environment): EnvironmentProblem[] {
  const variable = 'REDIRECT_ENCRYPTING_KEY';
  if (id === undefined && keys.length > 1) {
    return [
      {
        variable,
        problem:
          'is not set, though there are several session keys: name the one that encrypts. To rotate, add the new key ' +
          'and keep naming the old one; name the new one when every instance has it; then drop the old one',
      },
    ];
  }
  return id === undefined || keys.some((key) => key.id === id)
    ? []
    : [{ variable, problem: 'is none of the ids in REDIRECT_SESSION_KEYS' }];
}

/** A misspelled name would silently leave a default in force. */
function unknownVariables(given: Readonly<Record<string, unknown>>): EnvironmentProblem[] {
  return Object.keys(given)
    .filter((variable) => !(variable in SCHEMA.shape))
    .map((variable) => ({
      variable,
      problem: RETIRED[variable] ?? 'is not a variable of this service; is its name misspelled?',
    }));
}

function halfSet(given: Readonly<Record<string, unknown>>): EnvironmentProblem[] {
  const pair = ['REDIRECT_LINK_CERTIFICATE', 'REDIRECT_LINK_PAGE'] as const;
  const missing = pair.filter((variable) => given[variable] === undefined);
  return missing.length === 1
    ? missing.map((variable) => ({ variable, problem: 'is not set, though its twin is: link tokens need both' }))
    : [];
}
