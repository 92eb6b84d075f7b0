import type { DocumentId, MigrationConfig, OrganizationId } from '@file-migration/config';
import { countOf } from '../format/quantity.ts';
import { rule, type Gate } from './check.ts';
import { fetchByProxy } from './fetch-by-proxy.ts';
import { askForProof, contradictions, unreadable, type SampledCopy } from './redirect-proof.ts';

const longestMs = 15_000;
/** Faults that one line names. */
const named = 3;

/** A document whose link is tried before any is written. */
export type SampledLink = SampledCopy & { readonly document: DocumentId; readonly url: string };

export type RedirectQuestion = {
  readonly organizationId: OrganizationId;
  readonly sample: readonly SampledLink[];
  /** The org's token, for the service to check as it checks a person's. */
  readonly bearer: () => string;
  readonly signal: AbortSignal;
};

/**
 * Whether links will open once they are written. The redirect service proves which bucket, prefix, object and org it
 * serves, and that its own role can read the very keys; a service that contradicts the config is refused whatever is
 * ignored. Plain S3 links are opened as browsers open them, by a GET without signature.
 */
export async function redirectCheck(config: MigrationConfig, question: RedirectQuestion): Promise<Gate> {
  return config.link.style === 's3' ? await plainCheck(question) : await serviceCheck(config, question);
}

async function serviceCheck(
  config: MigrationConfig,
  { organizationId, sample, bearer, signal }: RedirectQuestion,
): Promise<Gate> {
  const { baseUrl } = config.link;
  const expected = 'the service serves this org, bucket and prefix, and its role can read every key of the sample';
  const { passed, failed, unknown } = rule('redirect', { expected });
  // nobody could open these files: ignoring that would only make the links dead
  const refused = rule('redirect', { expected, ignorable: false }).failed;
  if (baseUrl === undefined) return failed('no address is configured', 'Set link.baseUrl in migration.json');
  const answer = await askForProof(baseUrl, sample, { bearer, signal });
  if (answer.kind === 'no-proof') return failed(answer.message, answer.fix);
  const contradicting = contradictions(answer.proof, config, organizationId);
  if (contradicting.length > 0)
    return refused(
      contradicting.join('; '),
      'Deploy the service with the settings of migration.json, or correct migration.json',
    );
  if (sample.length === 0) return unknown(nothingTried, firstBackup);
  const closed = unreadable(answer.proof, sample);
  const tried = triedText(sample, closed, ['the service can read', 'the service cannot read']);
  return closed.length === 0
    ? passed(tried)
    : refused(
        tried,
        `Give the role of the service s3:GetObject below ${config.key.prefix} (config/aws/iam-redirect.json)`,
      );
}

async function plainCheck({ sample, signal }: RedirectQuestion): Promise<Gate> {
  const { judged, unknown } = rule('redirect', {
    expected: 'every one of the sample answers 200 to a GET without signature, as browsers send it',
    ignorable: false,
  });
  if (sample.length === 0) return unknown(nothingTried, firstBackup);
  const closed: string[] = [];
  for (const { document, url } of sample) {
    const answer = await opened(url, signal);
    if (answer !== 200) closed.push(`${document}: ${answer}`);
  }
  return judged(
    closed.length === 0,
    triedText(sample, closed, ['open', 'do not open']),
    'Let readers GET the prefix without a signature (a bucket policy), or set link.style to "redirect"',
  );
}

/** Nothing tried is said as such, and never as success. */
const nothingTried = 'no copy to try it with';
const firstBackup = 'sf migrate files backup, so that there is a copy to try';

function triedText(
  sample: readonly SampledLink[],
  closed: readonly string[],
  [good, bad]: readonly [good: string, bad: string],
): string {
  if (closed.length === 0) return `${sample.length} of ${sample.length} ${good}`;
  return `${countOf(closed.length, 'document')} of ${sample.length} ${bad} (${closed.slice(0, named).join('; ')})`;
}

/** The status, or why there was none. */
async function opened(address: string, signal: AbortSignal): Promise<number | string> {
  try {
    const response = await fetchByProxy(address, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(longestMs)]),
    });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : 'not reachable';
  }
}
