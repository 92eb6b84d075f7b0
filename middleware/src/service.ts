import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { KEY_LAYOUT_VERSION, type RedirectProof } from '@file-migration/config';
import { DocumentAccess } from './access/document-access.ts';
import { MigratorPermission } from './access/migrator-permission.ts';
import { OrgQuery, type DocumentFields } from './access/org-query.ts';
import { createApp, type AppParts } from './app.ts';
import type { Environment } from './environment.ts';
import { ModeFile } from './mode/mode-file.ts';
import { Audit } from './operations/audit.ts';
import { ClockCheck } from './operations/clock-check.ts';
import { nameOf, placeOf } from './operations/errors.ts';
import { Listening } from './operations/listening.ts';
import { LogOutput, type LogDestination } from './operations/log-output.ts';
import { createLogs, type Logger } from './operations/logs.ts';
import { Metrics } from './operations/metrics.ts';
import { metricsPage } from './operations/metrics-page.ts';
import { OwnAddresses } from './operations/own-address.ts';
import { startWarnings } from './operations/start-warnings.ts';
import { OrgClient } from './org/org-client.ts';
import { Pages } from './pages/page.ts';
import { CredentialsError, type CredentialSource } from './presign/credentials.ts';
import { ObjectHeads } from './presign/object-heads.ts';
import { Signer } from './presign/signer.ts';
import { DocumentDecisions } from './routes/document-decision.ts';
import { BearerCallers } from './sign-in/bearer.ts';
import { Callers } from './sign-in/caller.ts';
import { Cookies } from './sign-in/cookies.ts';
import { EncryptedTokens } from './sign-in/encrypted-tokens.ts';
import { framingOrigins } from './sign-in/framing-origins.ts';
import { LinkPageRedirect } from './sign-in/link-page-redirect.ts';
import { LinkTokens } from './sign-in/link-token.ts';
import { LoginState } from './sign-in/login-state.ts';
import { OrgLogin } from './sign-in/org-login.ts';
import { OrgSessionCheck } from './sign-in/org-session-check.ts';
import { Sessions } from './sign-in/session.ts';
import { SignIn } from './sign-in/sign-in.ts';

/** What the service takes from the process it runs in, besides its environment. */
export type ServiceSurroundings = {
  readonly credentials?: CredentialSource;
  readonly logs?: LogDestination;
  /** Where HTTPS_PROXY, HTTP_PROXY and NO_PROXY stand. Default: no proxy. */
  readonly proxyEnv?: NodeJS.ProcessEnv;
};

/** A running instance. */
export type Service = {
  readonly port: number;
  readonly metricsPort: number;
  readonly metrics: Metrics;
  /**
   * Stops as SIGTERM does: answers what is under way, then ends. Later calls wait for the first.
   * @returns what became of the last log lines
   */
  readonly stop: () => Promise<Awaited<ReturnType<LogDestination['close']>>>;
  /** Writes down why the process must end. */
  readonly fail: (error: unknown) => Promise<void>;
};

/** Readiness asks for credentials that outlast at least this. */
const LEAST_CREDENTIAL_SECONDS = 15;
const KEY_WARNING_MILLISECONDS = 3_600_000;
const LAST_LOG_LINES_MILLISECONDS = 2000;
/**
 * Questions of people who click: with an org that takes three seconds, 600 clicks at once are answered in six. Those of
 * programs with tokens of their own have few connections apart, so that made-up tokens take none of the others'.
 */
const CLICKS = { mostConnections: 512, mostWaiting: 1024 };
const BEARERS = { mostConnections: 16, mostWaiting: 64 };

/** What lives as long as the instance. */
type Instance = {
  readonly org: OrgClient;
  readonly bearerOrg: OrgClient;
  readonly heads: ObjectHeads;
  readonly clock: ClockCheck;
  readonly mode: ModeFile;
  readonly signer: Signer;
  readonly metrics: Metrics;
  readonly logs: Logger;
  readonly log: LogDestination;
};

/**
 * Builds the service from its environment and starts to listen. Does not need the org or AWS before the first click.
 * @throws Error when the mode file cannot be used, the presigner fails its proof, or a port is taken
 */
export async function startService(environment: Environment, surroundings: ServiceSurroundings = {}): Promise<Service> {
  const log = surroundings.logs ?? new LogOutput();
  const logs = createLogs(environment.REDIRECT_LOG_LEVEL, log);
  for (const warning of startWarnings(environment)) logs.warn(warning);
  const metrics = new Metrics();
  metrics.watchLog(
    () => log.trouble === undefined,
    () => log.droppedLines,
  );
  const mode = watchedMode(environment, metrics, logs);
  const signer = await Signer.create({
    bucket: environment.REDIRECT_BUCKET,
    region: environment.REDIRECT_REGION,
    endpoint: environment.REDIRECT_S3_ENDPOINT,
    pathStyle: environment.REDIRECT_S3_PATH_STYLE,
    seconds: environment.REDIRECT_SIGNED_URL_SECONDS,
    credentials: surroundings.credentials ?? defaultProvider(),
  });
  metrics.watchCredentials(() => signer.credentials.secondsLeft);
  const orgOptions = {
    orgUrl: environment.REDIRECT_ORG_URL,
    timeoutSeconds: environment.REDIRECT_ORG_TIMEOUT_SECONDS,
    proxyEnv: surroundings.proxyEnv ?? {},
    answered: (date: string | undefined, milliseconds: number): void => clock.compare(date, milliseconds),
  };
  const org = new OrgClient({ ...orgOptions, ...CLICKS });
  const bearerOrg = new OrgClient({ ...orgOptions, ...BEARERS });
  // the list of API versions is for everybody and costs none of the org's budget
  const versions = { method: 'GET', path: '/services/data', headers: { accept: 'application/json' } } as const;
  const clock: ClockCheck = new ClockCheck(() => bearerOrg.send(versions), logs);
  metrics.watchClock(() => clock.seconds);

  const heads = new ObjectHeads({
    signer,
    keyPrefix: environment.REDIRECT_KEY_PREFIX,
    proxyEnv: surroundings.proxyEnv ?? {},
  });
  const instance: Instance = { org, bearerOrg, heads, clock, mode, signer, metrics, logs, log };
  const app = createApp(
    {
      publicUrl: environment.REDIRECT_PUBLIC_URL,
      trustProxy: environment.REDIRECT_TRUST_PROXY,
      framedBy: [
        ...framingOrigins(environment.REDIRECT_ORG_URL),
        ...environment.REDIRECT_FRAME_ORIGINS,
        ...environment.REDIRECT_CORS_ORIGINS,
      ],
      corsOrigins: environment.REDIRECT_CORS_ORIGINS,
      userLimit: environment.REDIRECT_USER_LIMIT,
      addressLimit: environment.REDIRECT_ADDRESS_LIMIT,
    },
    await appParts(environment, instance, () => listening?.isDraining === true),
  );

  const host = environment.REDIRECT_HOST;
  const listening: Listening | undefined = await Listening.start(app, {
    host,
    port: environment.REDIRECT_PORT,
    unreadable: (code) => metrics.unreadable(code),
  });
  const metricsListening = await Listening.start(metricsPage(metrics.registry), {
    host,
    port: environment.REDIRECT_METRICS_PORT,
  });
  logs.info(
    {
      port: listening.port,
      metricsPort: metricsListening.port,
      mode: mode.current,
      sessionKeys: environment.REDIRECT_SESSION_KEYS.map(({ id }) => id),
      encryptingKey: encryptingKey(environment),
    },
    'listening',
  );
  await clock.look();

  const stop = async (): ReturnType<LogDestination['close']> => {
    logs.info('draining');
    const { REDIRECT_DRAIN_DELAY_SECONDS: delay, REDIRECT_DRAIN_SECONDS: most } = environment;
    const complete = await listening.drain(delay, most);
    await metricsListening.drain(0, 1);
    mode.stop();
    clock.stop();
    org.close();
    bearerOrg.close();
    heads.close();
    logs[complete ? 'info' : 'warn']({ complete }, 'stopped');
    return log.close(LAST_LOG_LINES_MILLISECONDS);
  };
  let stopping: ReturnType<typeof stop> | undefined;
  return {
    port: listening.port,
    metricsPort: metricsListening.port,
    metrics,
    stop: () => (stopping ??= stop()),
    fail: async (error) => {
      logs.fatal({ error: nameOf(error), at: placeOf(error) }, 'unforeseen error, the process ends');
      await log.close(LAST_LOG_LINES_MILLISECONDS);
    },
  };
}

function watchedMode(environment: Environment, metrics: Metrics, logs: Logger): ModeFile {
  const org = environment.REDIRECT_ORG_ID;
  const mode = new ModeFile(environment.REDIRECT_MODE_FILE, {
    changed: (from, to) => logs.warn({ audit: true, org, decision: 'mode-changed', from, to }, 'mode changed'),
    unusable: (why) => logs.error({ why, mode: mode.current }, 'the mode file cannot be used; the mode stays'),
  });
  metrics.watchMode(
    () => mode.current,
    () => mode.isUsable,
  );
  return mode;
}

async function appParts(environment: Environment, instance: Instance, isDraining: () => boolean): Promise<AppParts> {
  const { org, bearerOrg, heads, clock, mode, signer, metrics, logs, log } = instance;
  const publicUrl = environment.REDIRECT_PUBLIC_URL;
  const orgUrl = environment.REDIRECT_ORG_URL;
  const orgId = environment.REDIRECT_ORG_ID;
  const rememberSeconds = environment.REDIRECT_ACCESS_CACHE_SECONDS;
  const refusesWithoutAudit = environment.REDIRECT_WHEN_AUDIT_FAILS === 'refuse';
  const cookies = new Cookies(publicUrl);
  const tokens = await EncryptedTokens.create(environment.REDIRECT_SESSION_KEYS, encryptingKey(environment), orgId);
  const loginOptions = {
    orgUrl,
    orgId,
    clientId: environment.REDIRECT_CLIENT_ID,
    clientSecret: environment.REDIRECT_CLIENT_SECRET,
    timeoutSeconds: environment.REDIRECT_ORG_TIMEOUT_SECONDS,
  };
  const login = new OrgLogin({ ...loginOptions, org });
  const query = new OrgQuery({
    org,
    apiVersion: environment.REDIRECT_API_VERSION,
    fields: documentFields(environment),
    externalUsersWhere: environment.REDIRECT_EXTERNAL_USERS_WHERE,
    asked: (answer, seconds) => metrics.askedOrg(answer, seconds),
  });
  const sessions = new Sessions({ tokens, cookies, seconds: environment.REDIRECT_SESSION_MINUTES * 60 });
  const signIn = new SignIn(login, new LoginState(tokens, cookies), sessions);
  const linkPage = environment.REDIRECT_LINK_PAGE;
  const bearerLogin = new OrgLogin({ ...loginOptions, org: bearerOrg });
  const callers = new Callers(
    new BearerCallers({ login: bearerLogin, orgId, rememberSeconds }),
    linkTokens(environment, metrics),
  );
  const decisions = new DocumentDecisions({
    mode,
    callers,
    access: new DocumentAccess(query, rememberSeconds),
    rules: {
      linkBases: [publicUrl, ...environment.REDIRECT_FORMER_URLS],
      keyPrefix: environment.REDIRECT_KEY_PREFIX,
      originalHosts: new Set(environment.REDIRECT_ORIGINAL_HOSTS),
    },
    signer,
    signIn,
    sessions,
    keyMissing: keyWarning(logs),
    orgSessions: new OrgSessionCheck(login, environment.REDIRECT_SESSION_CHECK_MINUTES * 60),
    linkPage: linkPage === undefined ? undefined : new LinkPageRedirect(orgUrl + linkPage, cookies),
  });
  return {
    publicUrl,
    idPrefix: environment.REDIRECT_DOCUMENT_ID_PREFIX,
    decisions,
    callers,
    migrator: new MigratorPermission(bearerOrg, orgUrl, environment.REDIRECT_API_VERSION),
    heads,
    proof: () => proofOf(environment, mode),
    login,
    signIn,
    sessions,
    cookies,
    addresses: new OwnAddresses(publicUrl, environment.REDIRECT_FORMER_URLS),
    pages: new Pages({
      organization: environment.REDIRECT_ORGANIZATION_NAME,
      contact: environment.REDIRECT_HELP_CONTACT,
    }),
    audit: new Audit(logs, metrics, orgId),
    auditTrouble: () => (refusesWithoutAudit ? log.trouble : undefined),
    missing: async () =>
      [
        isDraining() ? 'going away' : undefined,
        (await hasCredentials(signer)) ? undefined : 'no AWS credentials',
        refusesWithoutAudit ? log.trouble : undefined,
        clock.trouble,
      ].filter((problem) => problem !== undefined),
    logs,
  };
}

/** The only one when there is one; which of several has been checked with the environment. */
function encryptingKey({ REDIRECT_ENCRYPTING_KEY: id, REDIRECT_SESSION_KEYS: keys }: Environment): string {
  return id ?? keys[0]?.id ?? '';
}

/** Warns of a missing key once an hour: the id stands in the clear in a cookie, where anybody may write it. */
function documentFields(environment: Environment): DocumentFields {
  return {
    object: environment.REDIRECT_DOCUMENT_OBJECT,
    name: environment.REDIRECT_NAME_FIELD,
    url: environment.REDIRECT_URL_FIELD,
    key: environment.REDIRECT_KEY_FIELD,
    originalUrl: environment.REDIRECT_ORIGINAL_URL_FIELD,
  };
}

/** What the service serves, as the migration asks before it writes links. */
function proofOf(environment: Environment, mode: ModeFile): Omit<RedirectProof, 'objects'> {
  const { object, ...fields } = documentFields(environment);
  return {
    publicUrl: environment.REDIRECT_PUBLIC_URL,
    formerUrls: environment.REDIRECT_FORMER_URLS,
    organizationId: environment.REDIRECT_ORG_ID,
    object,
    fields,
    idPrefix: environment.REDIRECT_DOCUMENT_ID_PREFIX,
    bucket: environment.REDIRECT_BUCKET,
    region: environment.REDIRECT_REGION,
    endpoint: environment.REDIRECT_S3_ENDPOINT,
    keyPrefix: environment.REDIRECT_KEY_PREFIX,
    keyLayoutVersion: KEY_LAYOUT_VERSION,
    mode: mode.current,
    modeIsUsable: mode.isUsable,
    originalHosts: environment.REDIRECT_ORIGINAL_HOSTS,
  };
}

function keyWarning(logs: Logger): (keyId: string) => void {
  let warnedAt = -Infinity;
  return (keyId) => {
    if (performance.now() - warnedAt < KEY_WARNING_MILLISECONDS) return;
    warnedAt = performance.now();
    logs.warn(
      { keyId: keyId.slice(0, 16) },
      'a session is encrypted with a key that this instance does not have; every instance needs the key before one encrypts with it',
    );
  };
}

function linkTokens(environment: Environment, metrics: Metrics): LinkTokens | undefined {
  const {
    REDIRECT_LINK_CERTIFICATE: certificates,
    REDIRECT_PUBLIC_URL: audience,
    REDIRECT_ORG_ID: orgId,
  } = environment;
  if (certificates === undefined) return undefined;
  const end = Math.max(...certificates.map(({ validToDate }) => validToDate.getTime()));
  metrics.watchLinkCertificates(() => Math.max(0, (end - Date.now()) / 1000));
  return new LinkTokens({ certificates, audience, orgId });
}

async function hasCredentials(signer: Signer): Promise<boolean> {
  try {
    await signer.credentials.live(LEAST_CREDENTIAL_SECONDS, LEAST_CREDENTIAL_SECONDS);
    return true;
  } catch (error) {
    if (error instanceof CredentialsError) return false;
    throw error;
  }
}
