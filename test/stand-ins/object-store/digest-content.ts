import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Blobs, Content } from './blobs.ts';
import { createDigest, type ChecksumName } from './checksums.ts';

/** Reads stored bytes once for their MD5 (hex) and a checksum, letting other requests in between. */
export async function digestContent(
  blobs: Blobs,
  content: Content,
  name: ChecksumName | undefined,
): Promise<{ md5: string; checksum: string | undefined }> {
  const md5 = createHash('md5');
  const digest = name === undefined ? undefined : createDigest(name);
  let pieces = 0;
  for (const piece of blobs.read(content, 0, content.size)) {
    md5.update(piece);
    digest?.update(piece);
    pieces += 1;
    if (pieces % 8 === 0) await setImmediate();
  }
  return { md5: md5.digest('hex'), checksum: digest?.base64() };
}
