import { expect } from 'chai';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { documentId } from '@file-migration/config';
import type { Comparison } from '../../plugin/src/model/comparison.ts';
import type { CatalogDocument } from '../../plugin/src/model/document.ts';
import { Failure } from '../../plugin/src/model/failure.ts';
import { compareDocuments, type Page } from '../../plugin/src/verify/compare-documents.ts';

const missing: Comparison = { kind: 'target-missing', message: 'It was never there.' };
const side = { limit: 2, inFlight: 0, requests: 0, bytes: 0, slowDowns: 0 };
const load = (documents: number) => () => ({ source: side, target: side, heldBytes: 0, documents });
const progress = { compared: () => undefined };

function document(nth: number): CatalogDocument {
  const id = documentId(`a0100000000${String(nth).padStart(4, '0')}`);
  return { id, revision: 1, key: `uploads/x/${nth}`, originalUrl: 'https://v.example/x', name: 'x' } as CatalogDocument;
}

async function* pagesOf(sizes: readonly number[]): AsyncGenerator<Page & { nth: number }> {
  let next = 0;
  for (const [nth, size] of sizes.entries()) {
    yield await Promise.resolve({ nth, documents: Array.from({ length: size }, () => document(next++)) });
  }
}

describe('comparing documents page after page', () => {
  it('begins the next page while the last document of one is still compared, and commits them in order', async () => {
    const first = Promise.withResolvers<Comparison>();
    const begun: string[] = [];
    const committed: number[] = [];
    const slow = document(0).id;
    const storage = {
      load: load(3),
      compare: ({ document: id }: { document: string }) => {
        begun.push(id);
        if (begun.length === 7) first.resolve(missing);
        return id === slow ? first.promise : Promise.resolve(missing);
      },
    };
    const commit = ({ nth }: { nth: number }): Promise<void> => Promise.resolve(void committed.push(nth));
    const comparer = { storage, mode: 'head', required: 'D', progress } as const;
    await compareDocuments(comparer, pagesOf([3, 0, 3, 3]), commit, new AbortController().signal);
    expect(committed).to.deep.equal([0, 1, 2, 3]);
  });

  it('commits exactly what was compared, in order and without a gap, whatever ends it', async () => {
    const sizes = fc.array(fc.nat(6), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.nat(20),
        fc.constantFrom('stop', 'failure'),
        fc.nat(3),
        async (pages, at, end, jitter) => {
          const stop = new AbortController();
          let begun = 0;
          const storage = {
            load: load(4),
            async compare() {
              if (begun++ === at) {
                if (end === 'stop') stop.abort();
                else
                  throw new Failure('The key has expired.', {
                    code: 'target-credentials-expired',
                    failureClass: 'stop',
                  });
              }
              await sleep((begun * 7) % (jitter + 1));
              return missing;
            },
          };
          const ids: string[] = [];
          const partial: boolean[] = [];
          const total = pages.reduce((sum, size) => sum + size, 0);
          const comparer = { storage, mode: 'head', required: 'D', progress } as const;
          const done = compareDocuments(
            comparer,
            pagesOf(pages),
            ({ documents }, compared) => {
              ids.push(...compared.map(({ id }) => id));
              partial.push(compared.length < documents.length);
              return Promise.resolve();
            },
            stop.signal,
          );
          if (end === 'failure' && at < total)
            await done.then(
              () => expect.fail('it ended well'),
              () => undefined,
            );
          else await done;
          expect(ids).to.deep.equal(Array.from(ids, (_, nth) => document(nth).id));
          expect(partial.slice(0, -1)).not.to.include(true);
          if (at >= total) expect(ids).to.have.length(total);
        },
      ),
      { numRuns: 60 },
    );
  });
});
