import type { DocumentId, MigrationConfig, OrganizationId } from '@file-migration/config';
import { countOf } from '../format/quantity.ts';
import { gate, type Gate } from './gate.ts';
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
export async function redirectGate(config: MigrationConfig, question: RedirectQuestion): Promise<Gate> {
  return config.link.style === 's3' ? await plainGate(question) : await serviceGate(config, question);
}

async function serviceGate(
  config: MigrationConfig,
  { organizationId, sample, bearer, signal }: RedirectQuestion,
): Promise<Gate> {
  const { baseUrl } = config.link;
  const threshold = 'the service serves this org, bucket and prefix, and its role can read every key of the sample';
  if (baseUrl === undefined)
    return gate('redirect', false, {
      found: 'no address is configured',
      threshold,
      mend: 'Set link.baseUrl in migration.json',
    });
  const answer = await askForProof(baseUrl, sample, { bearer, signal });
  if (answer.kind === 'no-proof')
    return gate('redirect', false, { found: answer.message, threshold, mend: answer.fix });
  const contradicting = contradictions(answer.proof, config, organizationId);
  if (contradicting.length > 0)
    return gate('redirect', false, {
      found: contradicting.join('; '),
      threshold,
      mend: 'Deploy the service with the settings of migration.json, or correct migration.json',
      ignorable: false,
    });
  const closed = unreadable(answer.proof, sample);
  return gate('redirect', sample.length > 0 && closed.length === 0, {
    found: tried(sample, closed, 'the service can read', 'the service cannot read'),
    threshold,
    mend:
      sample.length === 0
        ? 'sf migrate files backup, so that there is a copy to try'
        : `Give the role of the service s3:GetObject below ${config.key.prefix} (config/aws/iam-redirect.json)`,
    // nobody could open these files: ignoring that would only make the links dead
    ...(closed.length > 0 && { ignorable: false }),
  });
}

async function plainGate({ sample, signal }: RedirectQuestion): Promise<Gate> {
  const closed: string[] = [];
  for (const { document, url } of sample) {
    const answer = await opened(url, signal);
    if (answer !== 200) closed.push(`${document}: ${answer}`);
  }
  return gate('redirect', sample.length > 0 && closed.length === 0, {
    found: tried(sample, closed, 'open', 'do not open'),
    threshold: 'every one of the sample answers 200 to a GET without signature, as browsers send it',
    mend: 'Let readers GET the prefix without a signature (a bucket policy), or set link.style to "redirect"',
    ignorable: false,
  });
}

/** Nothing tried is said as such, and never as success. */
function tried(sample: readonly SampledLink[], closed: readonly string[], good: string, bad: string): string {
  if (sample.length === 0) return 'no copy to try it with';
  if (closed.length === 0) return `${sample.length} of ${sample.length} ${good}`;
  return `${countOf(closed.length, 'document')} of ${sample.length} ${bad} (${closed.slice(0, named).join('; ')})`;
}

/** The status, or why there was none. */
async function opened(address: string, signal: AbortSignal): Promise<number | string> {
  try {
    const response = await fetch(address, {
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
