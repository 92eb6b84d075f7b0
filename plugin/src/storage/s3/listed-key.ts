import { Failure } from '../../model/failure.ts';

/**
 * Listings are form-encoded: a plus sign is a space. Control characters would break the XML otherwise.
 * @throws Failure `target-server-error` (retry) when the key is not encoded as the store said
 */
export function decodeListed(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', '%20'));
  } catch (cause) {
    throw new Failure('The target listed a key that is not encoded as it said.', {
      code: 'target-server-error',
      cause,
    });
  }
}
