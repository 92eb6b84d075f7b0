// A process that works on the catalog named by its first argument until it is killed, and says each time what is done.
import { copied, found, newRun, outcome, position, catalogOptions } from '@file-migration/kit/catalog/catalog-world';
import { openCatalog } from '../../plugin/src/catalog/catalog.ts';

const [, , file = '', maxBytes] = process.argv;
const catalog = await openCatalog({
  ...catalogOptions(file),
  command: 'child',
  ...(maxBytes !== undefined && { maxBytes: Number(maxBytes) }),
});
const run = await catalog.startRun(newRun);
process.stdout.write('open\n');
for (let from = 0; ; from += 100) {
  const documents = Array.from({ length: 100 }, (_, index) => found(from + index));
  await catalog.recordDiscovered({ run, documents, position: position(run, { locator: `from ${from}` }) });
  const claimed = await catalog.claim({ run, n: 60, worker: 'child', ttlMs: 60_000 });
  await catalog.recordOutcomes(
    run,
    claimed.slice(0, 40).map((document) => outcome(document, copied())),
  );
  process.stdout.write(`${from + 100}\n`);
}
