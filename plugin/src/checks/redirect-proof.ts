import {
  KEY_LAYOUT_VERSION,
  MOST_PROOF_KEYS,
  REDIRECT_PROOF_PATH,
  REDIRECT_PROOF_PERMISSION,
  redirectProof,
  type MigrationConfig,
  type ObjectKey,
  type OrganizationId,
  type RedirectProof,
  type RedirectProofObject,
} from '@file-migration/config';
import { fetchByProxy } from './fetch-by-proxy.ts';

/** A copy that links will lead to, as the catalog has it. */
export type SampledCopy = { readonly key: ObjectKey; readonly bytes: number | undefined };

/** What the service said of itself, or why it said nothing. */
export type ProofAnswer =
  | { readonly kind: 'proof'; readonly proof: RedirectProof }
  | { readonly kind: 'no-proof'; readonly message: string; readonly fix: string };

/** As both sides have it; nothing where there is none. */
type Setting = string | number | null | undefined;

const longestMs = 15_000;

/**
 * Asks the redirect service what it serves, and whether its own role can read these keys: the records need not hold a
 * link yet.
 * @param bearer the org's token of a user who holds {@link REDIRECT_PROOF_PERMISSION}
 * @throws the signal's reason, and nothing else
 */
export async function askForProof(
  baseUrl: string,
  copies: readonly SampledCopy[],
  { bearer, signal }: { readonly bearer: () => string; readonly signal: AbortSignal },
): Promise<ProofAnswer> {
  const address = `${baseUrl.replace(/\/$/, '')}${REDIRECT_PROOF_PATH}`;
  try {
    const response = await fetchByProxy(address, {
      method: 'POST',
      redirect: 'manual',
      headers: { authorization: `Bearer ${bearer()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ keys: copies.slice(0, MOST_PROOF_KEYS).map(({ key }) => key) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(longestMs)]),
    });
    const body = await response.text();
    if (response.status !== 200) return refused(address, response.status);
    const proof = redirectProof.safeParse(parsed(body));
    if (proof.success) return { kind: 'proof', proof: proof.data };
    return {
      kind: 'no-proof',
      message: `${address} answered 200 with something else than a proof`,
      fix: 'Check that link.baseUrl is the address of the redirect service, and that it has the version of this plugin',
    };
  } catch (error) {
    signal.throwIfAborted();
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    return {
      kind: 'no-proof',
      message: isLate ? `${address} did not answer within ${longestMs / 1000} s` : `${address} cannot be reached`,
      fix: 'Check link.baseUrl, and the log of the redirect service',
    };
  }
}

/** In what way the service would not open what the plugin is about to write; empty: in none. */
export function contradictions(
  proof: RedirectProof,
  config: MigrationConfig,
  organizationId: OrganizationId,
): string[] {
  const { document } = config.org;
  const { target, key, link } = config;
  const pairs: readonly (readonly [what: string, served: Setting, ours: Setting])[] = [
    ['organization', proof.organizationId, organizationId],
    ['object', proof.object, document.object],
    ['URL field', proof.fields.url, document.urlField],
    ['key field', proof.fields.key, document.keyField],
    ['original URL field', proof.fields.originalUrl, document.originalUrlField],
    ['bucket', proof.bucket, target.bucket],
    // another store's region is a name that nobody checks, and its address may differ from network to network
    ['region', proof.region, target.endpoint === undefined ? target.region : proof.region],
    ['key prefix', proof.keyPrefix, key.prefix],
    ['key layout version', proof.keyLayoutVersion, KEY_LAYOUT_VERSION],
  ];
  const differing = pairs.flatMap(([what, served, ours]) =>
    served === ours ? [] : [`its ${what} is ${said(served)}, ours is ${said(ours)}`],
  );
  const own = [proof.publicUrl, ...proof.formerUrls].map(withoutSlash);
  if (link.baseUrl !== undefined && !own.includes(withoutSlash(link.baseUrl)))
    differing.push(`its address is ${proof.publicUrl}, links would hold ${link.baseUrl}`);
  if (proof.mode !== 's3') differing.push(`its mode is "${proof.mode}", so it opens no copy`);
  return differing;
}

/** What is wrong with the copies that the service was asked for. */
export function unreadable(proof: RedirectProof, copies: readonly SampledCopy[]): string[] {
  return copies.slice(0, MOST_PROOF_KEYS).flatMap(({ key, bytes }, nth) => {
    const found = proof.objects[nth];
    if (found?.key !== key) return [`${key}: no answer`];
    if (found.result !== 'readable') return [`${key}: ${resultWords(found)}`];
    return bytes === undefined || found.bytes === bytes ? [] : [`${key}: ${found.bytes} bytes instead of ${bytes}`];
  });
}

function resultWords(found: Exclude<RedirectProofObject, { result: 'readable' }>): string {
  switch (found.result) {
    case 'not-found':
      return 'not found';
    case 'denied':
      return 'denied to its role, or missing';
    case 'refused':
      return 'outside of its prefix';
    case 'unknown':
      return found.detail;
  }
}

function refused(address: string, status: number): ProofAnswer {
  const message = `${address} answered ${status}`;
  switch (status) {
    case 401:
      return { kind: 'no-proof', message, fix: 'Check that the service serves this org (SALESFORCE_LOGIN_URL)' };
    case 403:
      return {
        kind: 'no-proof',
        message,
        fix: `Give this user ${REDIRECT_PROOF_PERMISSION}: sf org assign permset --name File_Migration_Integration`,
      };
    case 400:
    case 404:
    case 405:
      return { kind: 'no-proof', message, fix: 'Deploy the redirect service of this version at link.baseUrl' };
    default:
      return { kind: 'no-proof', message, fix: 'Look at the log of the redirect service' };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function said(value: Setting): string {
  return value === undefined || value === null ? 'none' : String(value);
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, '');
}
