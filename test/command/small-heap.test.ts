import { execFileSync } from 'node:child_process';
import { expect } from 'chai';

const smallHeap = new URL('../../plugin/src/command/small-heap.ts', import.meta.url).href;

/** The most heap, in MB, that a process has taken which keeps 20,000 of the millions of objects it makes. */
function heapOf(prelude: string): number {
  const script = `
    ${prelude}
    const kept = Array.from({ length: 20_000 });
    let most = 0;
    for (let made = 0; made < 3_000_000; made++) {
      kept[made % kept.length] = { made, text: 'document ' + made, more: [made] };
      if (made % 10_000 === 0) most = Math.max(most, process.memoryUsage().heapTotal);
    }
    process.stdout.write(String(most / 1e6));`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}

describe('The heap of a long run', () => {
  it('stays near what is in use, where V8 alone lets garbage pile up', () => {
    const alone = heapOf('');
    const kept = heapOf(`(await import('${smallHeap}')).keepHeapSmall();`);
    expect(kept, `${kept} MB against ${alone} MB`).to.be.lessThan(alone * 0.6);
  });
});
