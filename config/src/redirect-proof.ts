import { z } from 'zod';

/**
 * What the redirect service says of itself to the migration, and what its own role can read: so that documents are
 * never switched to a service that serves another bucket, prefix, object or org.
 *
 * `GET /proof` or `POST /proof` with a {@link RedirectProofRequest}; `Authorization: Bearer <access token>` of a user of
 * the service's org who holds the custom permission {@link REDIRECT_PROOF_PERMISSION}. Answers 200 with a
 * {@link RedirectProof}; 400 when the request is none; 401 for a token that the org does not know, 403 without the
 * permission, 429 and 503 as for a click. A service of an older version answers 400 to the path.
 */
export const REDIRECT_PROOF_PATH = '/proof';

/** Held by the user who writes links; in the permission set `File_Migration_Integration`. */
export const REDIRECT_PROOF_PERMISSION = 'File_Migration_Writer';

/** Keys in one request. */
export const MOST_PROOF_KEYS = 100;

/** S3's own limit, in UTF-8 bytes, which no key of ours comes near. */
const LONGEST_KEY = 1024;

export const redirectProofRequest = z.strictObject({
  keys: z.array(z.string().min(1).max(LONGEST_KEY)).max(MOST_PROOF_KEYS),
});

/** Object keys to ask the bucket about. */
export type RedirectProofRequest = z.infer<typeof redirectProofRequest>;

const proofObject = z.discriminatedUnion('result', [
  /** The service's role can read it. */
  z.object({ key: z.string(), result: z.literal('readable'), bytes: z.number().int(), etag: z.string() }),
  /**
   * `not-found`: 404. `denied`: 403, which is also what S3 answers for a missing object to a role that may not list,
   * as this one. `refused`: the key does not lie below the service's prefix, so no click would lead there.
   */
  z.object({ key: z.string(), result: z.enum(['not-found', 'denied', 'refused']) }),
  /** The bucket gave no clear answer: status or code. */
  z.object({ key: z.string(), result: z.literal('unknown'), detail: z.string() }),
]);

/** What the service's own role gets when it asks for one object by HEAD. */
export type RedirectProofObject = z.infer<typeof proofObject>;

export const redirectProof = z.object({
  publicUrl: z.string(),
  formerUrls: z.array(z.string()),
  /** 18 characters. */
  organizationId: z.string(),
  object: z.string(),
  /** API names of the fields that are read on a record. */
  fields: z.object({ name: z.string(), url: z.string(), key: z.string(), originalUrl: z.string() }),
  /** The first three characters of the object's record ids. */
  idPrefix: z.string(),
  bucket: z.string(),
  region: z.string(),
  /** Only where the bucket is not at Amazon S3. */
  endpoint: z.string().optional(),
  /** With its slash at the end. */
  keyPrefix: z.string(),
  /** See `KEY_LAYOUT_VERSION`. */
  keyLayoutVersion: z.number().int(),
  mode: z.enum(['s3', 'original', 'off']),
  /** Whether the mode file could be read at the last look; true without one. */
  modeIsUsable: z.boolean(),
  /** Addresses that documents may lead to besides the bucket. */
  originalHosts: z.array(z.string()),
  /** In the order of the keys asked for; empty for GET. */
  objects: z.array(proofObject),
});

export type RedirectProof = z.infer<typeof redirectProof>;
