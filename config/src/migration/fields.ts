import type * as zod from 'zod';
import { EnvText, literalPart } from './env-text.ts';
import { z } from './zod.ts';

/*
 * The kinds of value that several sections share. A message says what was expected, as a noun: the loader puts
 * "expected" before it.
 */

/** A whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): zod.ZodInt {
  return z.int().min(least).max(most);
}

/** A share from 0 to 1. */
export const share = z.number().min(0).max(1);

/** A text that is not empty and stays on one line. */
export const line = z.string().regex(/^\S(?:.*\S)?$/, 'a text on one line, without spaces around it');

/** An http(s) URL without user name, query and fragment; plain http only to this machine. */
export const serviceUrl = line.refine(isServiceUrl, {
  error: 'an https URL without user name, query and fragment (http only to localhost or 127.0.0.1)',
});

/** The API name of an object or field, its namespace included: `DocListEntry__c`, `vendor__Document__c`. */
export const apiName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/, 'an API name such as Document__c');

/** A field reached over relationships: `Account__r.Name`. */
export const apiPath = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_]{0,79}(?:\.[A-Za-z][A-Za-z0-9_]{0,79}){0,5}$/,
    'a field or a path to one, such as Account__r.Name',
  );

/** A secret: nothing but one reference to the environment. What is kept is the variable's name. */
export const secret = z
  .string()
  .regex(/^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/, 'a reference to the environment such as ${NAME}, never the secret itself')
  .transform((reference) => reference.slice(2, -1));

/** A text that may hold references to the environment. */
export const envText = z
  .string()
  .refine((text) => !literalPart(text).includes('${'), { error: 'references to the environment written as ${NAME}' })
  .transform((template) => new EnvText(template));

/** Where credentials come from: the usual chain of the AWS SDK, a profile of ~/.aws, or variables, by their names. */
export type CredentialSource =
  | { readonly kind: 'default' }
  | { readonly kind: 'profile'; readonly profile: string }
  | {
      readonly kind: 'environment';
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string | undefined;
    };

/** Where AWS credentials come from; nothing at all means the usual chain of the AWS SDK. */
export const credentials = z
  .strictObject({
    profile: line.optional().describe('Name of a profile in ~/.aws; instead of the three keys.'),
    accessKeyId: secret.optional().describe('Environment reference, e.g. "${TARGET_ACCESS_KEY_ID}".'),
    secretAccessKey: secret.optional().describe('Environment reference, e.g. "${TARGET_SECRET_ACCESS_KEY}".'),
    sessionToken: secret.optional().describe('Environment reference; only with temporary credentials.'),
  })
  .refine(({ accessKeyId, secretAccessKey }) => (accessKeyId === undefined) === (secretAccessKey === undefined), {
    error: 'accessKeyId and secretAccessKey together',
    when: isObject,
  })
  .refine(({ profile, accessKeyId }) => profile === undefined || accessKeyId === undefined, {
    error: 'either a profile or keys, not both',
    when: isObject,
  })
  .refine(({ sessionToken, accessKeyId }) => sessionToken === undefined || accessKeyId !== undefined, {
    error: 'a sessionToken only together with accessKeyId and secretAccessKey',
    when: isObject,
  })
  .transform(credentialSource);

/** For rules between fields: they are asked even when a field is wrong, so that all problems come at once. */
export function isObject({ value }: { readonly value: unknown }): boolean {
  return typeof value === 'object' && value !== null;
}

function isServiceUrl(text: string): boolean {
  return !/[?#]/.test(text) && isSafeAddress(URL.parse(text));
}

/** https to anywhere, http to this machine only, and no user name or password in it. */
export function isSafeAddress(url: URL | null): boolean {
  if (url?.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

/** Says whether a URL's host name is this very machine; plain http goes nowhere else. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

type CredentialFields = {
  profile?: string | undefined;
  accessKeyId?: string | undefined;
  secretAccessKey?: string | undefined;
  sessionToken?: string | undefined;
};

function credentialSource(fields: CredentialFields): CredentialSource {
  const { profile, accessKeyId, secretAccessKey, sessionToken } = fields;
  if (profile !== undefined) return { kind: 'profile', profile };
  if (accessKeyId === undefined || secretAccessKey === undefined) return { kind: 'default' };
  return { kind: 'environment', accessKeyId, secretAccessKey, sessionToken };
}
