/** What no record of what was typed or answered may hold: session tokens, signatures of presigned URLs, passwords in URLs. */
const secrets: readonly (readonly [pattern: RegExp, mask: string])[] = [
  // an access token: the org's id, `!`, and the secret
  [/\b(00D[a-zA-Z0-9]{12}(?:[a-zA-Z0-9]{3})?)![a-zA-Z0-9._]+/g, '$1!***'],
  [
    /([?&](?:X-Amz-Signature|X-Amz-Security-Token|X-Amz-Credential|Signature|sig|token|access_token)=)[^&#\s"']+/gi,
    '$1***',
  ],
  [/(\/\/[^/?#\s:@]*:)[^/?#\s@]+@/g, '$1***@'],
];

/** A text without its secrets; anything else in it stays as it is. */
export function masked(text: string): string {
  return secrets.reduce((clean, [pattern, mask]) => clean.replace(pattern, mask), text);
}
