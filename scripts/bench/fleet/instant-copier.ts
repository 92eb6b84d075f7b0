import { createHash } from 'node:crypto';
import type { Copier } from '../../../plugin/src/fleet/copier.ts';

const side = { limit: 250, inFlight: 0, requests: 0, bytes: 0, slowDowns: 0 };

/** Says at once that a file was copied, with every fact that a copy has: what is left is what handing over costs. */
export const instantCopier: Copier = {
  load: () => ({ source: side, target: side, heldBytes: 0, documents: 500 }),
  copy({ document }) {
    const digest = createHash('sha256').update(document).digest();
    const etag = digest.toString('hex', 0, 16);
    return Promise.resolve({
      kind: 'copied',
      method: 's3',
      verified: true,
      evidence: 'B',
      source: { size: 1307, etag, lastModifiedAt: 1_700_000_000_000 },
      target: { size: 1307, etag, checksum: `sha256:full:${digest.toString('base64')}` },
      sha256: digest.toString('hex'),
      alreadyThere: false,
      substitute: false,
    });
  },
  compare: ({ target }) =>
    Promise.resolve({
      kind: 'equal',
      evidence: 'B',
      source: target,
      target: target ?? { size: 1307 },
      sha256: undefined,
    }),
};
