import type { Copier } from '../../plugin/src/fleet/copier.ts';
import { Failure } from '../../plugin/src/model/failure.ts';
import type { CopyResult } from '../../plugin/src/model/copy-outcome.ts';

const side = { limit: 4, inFlight: 0, requests: 0, bytes: 0, slowDowns: 0 };
const facts = { size: 1 };

export const copied: CopyResult = {
  kind: 'copied',
  method: 's3',
  verified: true,
  evidence: 'B',
  source: facts,
  target: facts,
  alreadyThere: false,
  substitute: false,
};

/**
 * Says of every file that it was copied, and copies none. A file's name says what else happens: `deadly` ends the
 * process, `slow` takes until it is given up, `moment` takes a moment, `credentials` are this worker's trouble.
 */
export const scriptedCopier: Copier = {
  copy({ fileName }, signal) {
    if (fileName.startsWith('deadly')) process.kill(process.pid, 'SIGKILL');
    if (fileName.startsWith('credentials')) {
      throw new Failure('The key has expired.', { code: 'target-credentials-expired', failureClass: 'stop' });
    }
    if (fileName.startsWith('slow')) {
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'released' })));
    }
    const result = { ...copied, sha256: String(process.pid) };
    return fileName.startsWith('moment')
      ? new Promise((resolve) => setTimeout(() => resolve(result), 200))
      : Promise.resolve(result);
  },
  compare: () => Promise.resolve({ kind: 'target-missing', message: 'It was never there.' }),
  load: () => ({ source: side, target: side, heldBytes: 0, documents: 8 }),
};
