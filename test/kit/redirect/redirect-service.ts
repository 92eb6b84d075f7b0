import { startServiceProcess } from './service-process.ts';
import { standInVariables, type StandIns, type Variables } from './variables.ts';

/** A running redirect service. */
export type RedirectService = {
  /** `link.baseUrl` of the documents that it opens. */
  readonly url: string;
  /** Its decisions so far, as it wrote them down: user, record, decision, reason. */
  readonly decisions: () => Record<string, unknown>[];
  /** Ends it as SIGTERM does. */
  readonly stop: () => Promise<void>;
};

/** What the service needs besides where org, store and bucket are. */
export type RedirectOptions = StandIns & {
  /** An address of loopback with a port; the org's default app takes browsers back from any. */
  readonly url: string;
  /** May read the bucket: the service signs with them and sends nothing itself. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly variables?: Variables;
};

/**
 * Starts the redirect service as a process of its own, between a simulated org and a simulated store.
 * @throws Error with its own words when it does not start
 */
export async function startRedirectService(options: RedirectOptions): Promise<RedirectService> {
  const { url, credentials } = options;
  const service = startServiceProcess({
    ...standInVariables(url, options),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...options.variables,
  });
  await service.said('listening');
  return {
    url,
    decisions: () => service.logs.filter(({ audit }) => audit === true),
    stop: async () => {
      await service.stop();
    },
  };
}
