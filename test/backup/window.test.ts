import { expect } from 'chai';
import type { Storage } from '../../plugin/src/storage/storage.ts';
import { addDocuments, migrationWorld } from '@file-migration/kit/migration/migration-world';

const DOCUMENTS = 120;

describe('documents in the hands of storage', () => {
  for (const limit of [1, 4]) {
    it(`are as many as both sides bear, ${limit} each, and all get their turn`, async () => {
      const world = await migrationWorld({
        config: { backup: { inFlight: { initial: limit, max: limit } } },
        methods: ['s3'],
      });
      let now = 0;
      let most = 0;
      const watch = (storage: Storage): Storage => ({
        ...storage,
        async copy(request, signal) {
          most = Math.max(most, ++now);
          try {
            return await storage.copy(request, signal);
          } finally {
            now--;
          }
        },
      });
      try {
        await addDocuments(world, DOCUMENTS);
        const { counts } = await world.run({ mode: 'full' }, { watch });
        expect(counts.states).to.include({ verified: DOCUMENTS });
        expect(most).to.equal(2 * limit);
      } finally {
        await world.close();
      }
    });
  }
});
