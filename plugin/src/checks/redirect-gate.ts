import { fileLink, type DocumentId, type MigrationConfig } from '@file-migration/config';
import { gate, type Gate } from './gate.ts';

const longestMs = 15_000;

/**
 * Opens a sample of documents through the redirect service, as this user: with the org's own token, which the service
 * checks as it checks a person's. Plain S3 links are refused, whatever is ignored, unless an unsigned GET answers 200.
 */
export async function redirectGate(
  config: MigrationConfig,
  sample: readonly { readonly document: DocumentId; readonly url: string }[],
  bearer: () => string,
  signal: AbortSignal,
): Promise<Gate> {
  const { style, baseUrl } = config.link;
  const words =
    style === 's3'
      ? {
          threshold: 'every one of the sample answers 200 to a GET without signature, as browsers send it',
          mend: 'Let readers GET the prefix without a signature (a bucket policy), or set link.style to "redirect"',
          ignorable: false,
        }
      : {
          threshold: 'every one of the sample opens',
          mend:
            baseUrl === undefined
              ? 'Set link.baseUrl in migration.json'
              : `Look at the log of the redirect service at ${baseUrl}`,
        };
  if (style === 'redirect' && baseUrl === undefined)
    return gate('redirect', false, { found: 'no address is configured', ...words });
  const failures: string[] = [];
  for (const { document, url } of sample) {
    const address = style === 's3' || baseUrl === undefined ? url : fileLink(baseUrl, document);
    const answer = await opened(address, style === 's3' ? undefined : bearer(), signal);
    if (answer !== (style === 's3' ? 200 : 302)) failures.push(`${document}: ${answer}`);
  }
  return gate('redirect', failures.length === 0, {
    found:
      failures.length === 0
        ? `${sample.length} of ${sample.length} open`
        : `${failures.length} of ${sample.length} do not open (${failures.slice(0, 3).join('; ')})`,
    ...words,
  });
}

/** The status, or why there was none. */
async function opened(address: string, bearer: string | undefined, signal: AbortSignal): Promise<number | string> {
  try {
    const response = await fetch(address, {
      redirect: 'manual',
      headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(longestMs)]),
    });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : 'not reachable';
  }
}
