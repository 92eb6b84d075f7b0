import { literalPart } from './env-text.ts';

/** Forms that secrets have, each with its name. What only resembles one is refused too: a file is no place to gamble. */
const FORMS: readonly (readonly [form: RegExp, name: string])[] = [
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/, 'an AWS access key'],
  [/\b(?:Bearer|Basic)\s+[A-Za-z0-9+/_.~=-]{8,}/i, 'an Authorization header'],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\./, 'a JSON web token'],
  [/\b00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{16,}/, 'a Salesforce session'],
  [/\bforce:\/\/[^\s@]+@/, 'an sfdx auth URL'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/[?&](?:X-Amz-Signature|Signature|sig)=/i, 'a signed URL'],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@]+@/i, 'a password in a URL'],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,}|xox[abpr]-[A-Za-z0-9-]{10,}|sk_live_\w{16,})/, 'an access token'],
];

/** The kind of secret that a text holds literally, or undefined. References to the environment are none. */
export function literalSecret(text: string): string | undefined {
  const literal = literalPart(text);
  const form = FORMS.find(([pattern]) => pattern.test(literal));
  if (form !== undefined) return form[1];
  return looksLikeAwsSecret(literal) ? 'an AWS secret key' : undefined;
}

/** Forty characters of base64 standing alone, and no hash or path: capitals, small letters and digits are mixed. */
function looksLikeAwsSecret(text: string): boolean {
  const candidates = text.match(/(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g) ?? [];
  return candidates.some((candidate) => [/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(candidate)));
}
