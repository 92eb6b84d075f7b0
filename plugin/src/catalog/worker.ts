import { once } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { openCatalogWriter, type CatalogWriter } from './catalog-writer.ts';
import { sentences } from './database.ts';
import { callByName } from './synchronous.ts';
import { toWire } from '../model/wire-error.ts';
import type { Answer, Call, Opened, WorkerStart } from './wire.ts';

// The catalog's own thread: sockets never wait for the disk.
const port = parentPort;
if (port === null) throw new Error('This file is a worker thread of the catalog.');
const [start] = (await once(port, 'message')) as [WorkerStart];

const writer = opened();
if (writer !== undefined) {
  port.on('message', ({ id, method, args }: Call) => {
    void answer(writer, id, method, args).then((message) => {
      port.postMessage(message);
      if (method === 'close') port.close();
    });
  });
}

function opened(): CatalogWriter | undefined {
  try {
    const catalog = openCatalogWriter(start);
    const methods = Object.keys(catalog.methods);
    port?.postMessage({ kind: 'opened', methods, identity: catalog.identity, epoch: catalog.epoch } satisfies Opened);
    return catalog;
  } catch (error) {
    port?.postMessage({ kind: 'refused', error: toWire(error) } satisfies Opened);
    return undefined;
  }
}

/** All methods but the copy into another file end in the same step. */
async function answer(
  { methods }: CatalogWriter,
  id: number,
  method: string,
  args: readonly unknown[],
): Promise<Answer> {
  try {
    return { kind: 'done', id, value: await sentences(start.file, () => callByName(methods, method, args)) };
  } catch (error) {
    return { kind: 'failed', id, error: toWire(error) };
  }
}
