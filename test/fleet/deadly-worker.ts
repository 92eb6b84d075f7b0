/**
 * A worker whose process ends whenever it handles a file whose name says so, and whose answers come twice. What it copies
 * it only says to have copied.
 */
import { once } from 'node:events';
import type { Copier } from '../../plugin/src/fleet/copier.ts';
import { Lease } from '../../plugin/src/fleet/lease.ts';
import type { FromWorker, ToWorker } from '../../plugin/src/fleet/messages.ts';
import { serve } from '../../plugin/src/fleet/serve.ts';

const side = { limit: 4, inFlight: 0, requests: 0, bytes: 0, slowDowns: 0 };

const copier: Copier = {
  copy({ fileName }, signal) {
    if (fileName.startsWith('deadly')) process.kill(process.pid, 'SIGKILL');
    if (!fileName.startsWith('slow')) return Promise.resolve({ kind: 'skipped', rule: 'too-large' });
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ kind: 'released' }));
    });
  },
  compare: () => Promise.resolve({ kind: 'target-missing', message: 'It was never there.' }),
  load: () => ({ source: side, target: side, heldBytes: 0 }),
};

function send(message: FromWorker): void {
  process.send?.(message);
  if (message.kind === 'done') process.send?.(message);
}

await once(process, 'message');
const serving = serve(copier, new Lease(), send);
process.on('message', (message: ToWorker) => {
  if (message.kind === 'leave') process.exit(0);
  else serving.take(message);
});
send({ kind: 'ready', load: copier.load() });
