import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';

/** A key of 32 bytes and the short name that sealed texts carry of it. */
export type SealKey = { readonly id: string; readonly secret: Uint8Array };

const CIPHER = 'aes-256-gcm';
/** 96 random bits: the nonce length that GCM is defined for (NIST SP 800-38D, 5.2.1.1). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts what a browser keeps for us, so that it can neither read nor change it: AES-256-GCM, `keyId.base64url`.
 * The purpose and the context (the org) are authenticated with it: a sealed sign-in attempt does not open as a session,
 * nor one org's session at another's service. To rotate, put a new key first and drop the old one once all that it
 * sealed has expired.
 */
export class Seal {
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #newest: string;
  readonly #context: string;

  /** @param keys the first seals, all open; at least one */
  constructor(keys: readonly SealKey[], context: string) {
    const [newest] = keys;
    if (newest === undefined) throw new RangeError('A seal needs a key.');
    this.#newest = newest.id;
    this.#keys = new Map(keys.map(({ id, secret }) => [id, createSecretKey(secret)]));
    this.#context = context;
  }

  /** Seals a value that JSON can carry. */
  seal(purpose: string, value: unknown): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key(this.#newest), nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(this.#bound(purpose, this.#newest));
    const sealed = [nonce, cipher.update(JSON.stringify(value), 'utf8'), cipher.final(), cipher.getAuthTag()];
    return `${this.#newest}.${Buffer.concat(sealed).toString('base64url')}`;
  }

  /** The value that was sealed for this purpose, or undefined when the text is forged, damaged, or its key is gone. */
  open(purpose: string, text: string): unknown {
    const dot = text.indexOf('.');
    const keyId = text.slice(0, Math.max(dot, 0));
    const key = this.#keys.get(keyId);
    const encoded = text.slice(dot + 1);
    const bytes = Buffer.from(encoded, 'base64url');
    if (key === undefined || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    // Buffer ignores stray characters and unused bits: one text only may stand for one value
    if (bytes.toString('base64url') !== encoded) return undefined;
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(this.#bound(purpose, keyId));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const opened =
        decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      return JSON.parse(opened) as unknown;
    } catch {
      return undefined;
    }
  }

  #key(id: string): KeyObject {
    const key = this.#keys.get(id);
    if (key === undefined) throw new RangeError(`No key ${id}.`);
    return key;
  }

  #bound(purpose: string, keyId: string): Buffer {
    return Buffer.from(`${purpose}\n${keyId}\n${this.#context}`);
  }
}
