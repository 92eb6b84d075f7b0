import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { DestinationStream } from 'pino';
import { DocumentAccess } from './access/document-access.ts';
import { OrgQuery } from './access/org-query.ts';
import { createApp } from './app.ts';
import type { Environment } from './environment.ts';
import { ModeFile } from './mode/mode-file.ts';
import { Audit } from './operations/audit.ts';
import { Listening } from './operations/listening.ts';
import { createLogs, type Logger } from './operations/logs.ts';
import { Metrics } from './operations/metrics.ts';
import { metricsPage } from './operations/metrics-page.ts';
import { OrgClient } from './org/org-client.ts';
import { Pages } from './pages/page.ts';
import type { CredentialSource } from './presign/credentials.ts';
import { CredentialsError } from './presign/credentials.ts';
import { Signer } from './presign/signer.ts';
import { CALLBACK_PATH } from './routes/sign-in.ts';
import { Attempts } from './sign-in/attempt.ts';
import { BearerCallers } from './sign-in/bearer.ts';
import { Bounce } from './sign-in/bounce.ts';
import { Cookies } from './sign-in/cookies.ts';
import { LinkTokens } from './sign-in/link-token.ts';
import { OrgLogin } from './sign-in/org-login.ts';
import { Seal } from './sign-in/seal.ts';
import { Sessions } from './sign-in/session.ts';

/** What the service takes from the process it runs in, besides its environment. */
export type ServiceSurroundings = {
  readonly credentials?: CredentialSource;
  readonly logs?: DestinationStream;
  /** False in a worker, whose parent serves the metrics of all. */
  readonly servesMetrics?: boolean;
};

/** A running instance. */
export type Service = {
  readonly port: number;
  readonly metricsPort: number | undefined;
  readonly metrics: Metrics;
  /** Stops as SIGTERM does: answers what is under way, then ends. Later calls wait for the first. */
  readonly stop: () => Promise<void>;
};

/** Readiness asks for credentials that outlast at least this. */
const LEAST_CREDENTIAL_SECONDS = 15;

/**
 * Builds the service from its environment and starts to listen. Touches neither the org nor AWS before the first click.
 * @throws Error when the mode file cannot be used, the presigner fails its proof, or a port is taken
 */
export async function startService(environment: Environment, surroundings: ServiceSurroundings = {}): Promise<Service> {
  const logs = createLogs(environment.REDIRECT_LOG_LEVEL, surroundings.logs);
  const metrics = new Metrics();
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
  const org = new OrgClient(environment.REDIRECT_ORG_URL, environment.REDIRECT_ORG_TIMEOUT_SECONDS);

  const missing = async (): Promise<string[]> => [
    ...(listening?.isDraining === true ? ['going away'] : []),
    ...((await hasCredentials(signer)) ? [] : ['no AWS credentials']),
  ];
  const app = createApp(
    {
      publicUrl: environment.REDIRECT_PUBLIC_URL,
      orgUrl: environment.REDIRECT_ORG_URL,
      trustProxy: environment.REDIRECT_TRUST_PROXY,
      corsOrigins: environment.REDIRECT_CORS_ORIGINS,
      userLimit: environment.REDIRECT_USER_LIMIT,
      addressLimit: environment.REDIRECT_ADDRESS_LIMIT,
    },
    routeParts(environment, { org, mode, signer, metrics, logs }),
    missing,
    logs,
  );

  const host = environment.REDIRECT_HOST;
  const listening: Listening | undefined = await Listening.start(app, host, environment.REDIRECT_PORT);
  const metricsListening =
    surroundings.servesMetrics === false
      ? undefined
      : await Listening.start(metricsPage(metrics.registry), host, environment.REDIRECT_METRICS_PORT);
  logs.info({ port: listening.port, metricsPort: metricsListening?.port, mode: mode.current }, 'listening');

  const stop = async (): Promise<void> => {
    logs.info('draining');
    const { REDIRECT_DRAIN_DELAY_SECONDS: delay, REDIRECT_DRAIN_SECONDS: most } = environment;
    const complete = await listening.drain(delay, most);
    await metricsListening?.drain(0, 1);
    mode.stop();
    org.close();
    logs[complete ? 'info' : 'warn']({ complete }, 'stopped');
  };
  let stopping: Promise<void> | undefined;
  return {
    port: listening.port,
    metricsPort: metricsListening?.port,
    metrics,
    stop: () => (stopping ??= stop()),
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

function routeParts(
  environment: Environment,
  {
    org,
    mode,
    signer,
    metrics,
    logs,
  }: { org: OrgClient; mode: ModeFile; signer: Signer; metrics: Metrics; logs: Logger },
): Parameters<typeof createApp>[1] {
  const publicUrl = environment.REDIRECT_PUBLIC_URL;
  const orgUrl = environment.REDIRECT_ORG_URL;
  const orgId = environment.REDIRECT_ORG_ID;
  const rememberSeconds = environment.REDIRECT_ACCESS_CACHE_SECONDS;
  const cookies = new Cookies(publicUrl);
  const seal = new Seal(environment.REDIRECT_SESSION_KEYS, orgId);
  const login = new OrgLogin({
    org,
    orgUrl,
    orgId,
    clientId: environment.REDIRECT_CLIENT_ID,
    clientSecret: environment.REDIRECT_CLIENT_SECRET,
    redirectUri: publicUrl + CALLBACK_PATH,
    timeoutSeconds: environment.REDIRECT_ORG_TIMEOUT_SECONDS,
  });
  const query = new OrgQuery({
    org,
    apiVersion: environment.REDIRECT_API_VERSION,
    fields: {
      object: environment.REDIRECT_DOCUMENT_OBJECT,
      name: environment.REDIRECT_NAME_FIELD,
      url: environment.REDIRECT_URL_FIELD,
      key: environment.REDIRECT_KEY_FIELD,
      originalUrl: environment.REDIRECT_ORIGINAL_URL_FIELD,
    },
    externalUsersWhere: environment.REDIRECT_EXTERNAL_USERS_WHERE,
    asked: (answer, seconds) => metrics.askedOrg(answer, seconds),
  });
  const certificates = environment.REDIRECT_LINK_CERTIFICATE;
  const linkPage = environment.REDIRECT_LINK_PAGE;
  return {
    idPrefix: environment.REDIRECT_DOCUMENT_ID_PREFIX,
    mode,
    callers: {
      bearerCallers: new BearerCallers(login, rememberSeconds),
      linkTokens: certificates && new LinkTokens({ certificates, audience: publicUrl, orgId }),
    },
    access: new DocumentAccess(query, rememberSeconds),
    rules: {
      linkBases: [publicUrl, ...environment.REDIRECT_FORMER_URLS],
      keyPrefix: environment.REDIRECT_KEY_PREFIX,
      originalHosts: new Set(environment.REDIRECT_ORIGINAL_HOSTS),
    },
    signer,
    login,
    attempts: new Attempts(seal, cookies),
    sessions: new Sessions(seal, cookies, environment.REDIRECT_SESSION_MINUTES * 60),
    bounce: linkPage === undefined ? undefined : new Bounce(orgUrl + linkPage, cookies),
    pages: new Pages({
      organization: environment.REDIRECT_ORGANIZATION_NAME,
      contact: environment.REDIRECT_HELP_CONTACT,
    }),
    audit: new Audit(logs, metrics, orgId),
  };
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
