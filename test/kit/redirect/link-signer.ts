import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { generate } from 'selfsigned';

/** What a link token may say; by default it is a good one. */
export type LinkClaims = Readonly<Record<string, unknown>>;

/** Signs link tokens as the Salesforce page does with `Auth.JWS`, by a certificate of its own. */
export type LinkSigner = {
  readonly certificate: string;
  readonly sign: (claims: LinkClaims, algorithm?: string) => Promise<string>;
};

export async function linkSigner(options: { readonly notAfter?: Date } = {}): Promise<LinkSigner> {
  const notAfter = options.notAfter ?? new Date(Date.now() + 86_400_000);
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'File_Migration_Link' }], {
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date(notAfter.getTime() - 86_400_000 * 2),
    notAfterDate: notAfter,
  });
  const privateKey = createPrivateKey(key);
  return {
    certificate: cert,
    sign: (claims, algorithm = 'RS256') =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: algorithm, typ: 'JWT' }).sign(privateKey),
  };
}
