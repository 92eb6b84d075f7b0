import { execFileSync } from 'node:child_process';
import { expect } from 'chai';

const smallHeap = new URL('../../plugin/src/context/small-heap.ts', import.meta.url).href;
const keep = `(await import('${smallHeap}')).keepHeapSmall();`;

/** What a process says that keeps 20,000 of the millions of objects it makes; MB. */
function program(prelude: string, told: string): number {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8';
    const kept = Array.from({ length: 20_000 });
    let most = 0;
    const work = (objects) => {
      for (let made = 0; made < objects; made++) {
        kept[made % kept.length] = { made, text: 'document ' + made, more: [made] };
        if (made % 10_000 === 0) most = Math.max(most, process.memoryUsage().heapTotal);
      }
    };
    const young = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
    ${prelude}
    work(3_000_000);
    process.stdout.write(String(${told} / 1e6));`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}

describe('The heap of a long run', () => {
  it('stays near what is in use, where V8 alone lets garbage pile up', () => {
    const alone = program('', 'most');
    const kept = program(keep, 'most');
    expect(kept, `${kept} MB against ${alone} MB`).to.be.lessThan(alone * 0.6);
  });

  it('gives back what loading the program took for new objects, and does not take it again', () => {
    const alone = program('work(3_000_000);', 'young()');
    const kept = program(`work(3_000_000); ${keep}`, 'young()');
    expect(alone, 'young generation of a program left alone').to.be.greaterThan(30);
    expect(kept, `${kept} MB against ${alone} MB`).to.be.within(5, 10);
  });
});
