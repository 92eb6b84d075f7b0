import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

const module = new URL('../../../test/stand-ins/population/population.ts', import.meta.url).href;

/** Walks everything in a process of its own, and answers how many documents and how much memory it took at most. */
async function walk(documents: number): Promise<{ documents: number; ids: number; maxRssMb: number }> {
  const program = `
    import { peakRssMb } from ${JSON.stringify(new URL('../../../test/kit/peak-memory.ts', import.meta.url).href)};
    import { population } from ${JSON.stringify(module)};
    const made = population({ documents: ${documents} });
    let count = 0, ids = 0, before = '';
    for (const { Id } of made.documents()) {
      count += 1;
      if (Id > before) ids += 1;
      before = Id;
    }
    console.log(JSON.stringify({ documents: count, ids, maxRssMb: peakRssMb() }));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=@file-migration/source',
    '--max-old-space-size=48',
    '--input-type=module',
    '--eval',
    program,
  ]);
  return JSON.parse(stdout) as Awaited<ReturnType<typeof walk>>;
}

describe('a large population', () => {
  it('takes no more memory than a small one', async () => {
    // FILE_MIGRATION_LARGE=2000000 walks as many as the largest org would have
    const large = Number(process.env.FILE_MIGRATION_LARGE ?? 200_000);
    const small = await walk(1000);
    const { documents, ids, maxRssMb } = await walk(large);
    expect([documents, ids]).to.deep.equal([large, large]);
    expect(maxRssMb - small.maxRssMb).to.be.lessThan(60);
  });
});
