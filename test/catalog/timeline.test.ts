import { expect } from 'chai';
import { Times } from '../../plugin/src/catalog/tables/timeline.ts';

const start = Date.UTC(2026, 10, 22, 14, 3, 7);
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

function timeline(times: readonly number[]) {
  const sums = new Times();
  for (const at of times) sums.add(at, 10);
  return sums.result();
}

describe('a timeline', () => {
  for (const [what, span, step, name] of [
    ['some seconds', 6 * second, 'second', '2026-11-22T14:03:07Z'],
    ['an hour', hour, 'minute', '2026-11-22T14:03Z'],
    ['a week', 7 * day, 'hour', '2026-11-22T14:00Z'],
    ['a month', 30 * day, 'day', '2026-11-22'],
  ] as const) {
    it(`over ${what} is told by the ${step}`, () => {
      expect(timeline([start, start + span, start + span])).to.deep.equal({
        step,
        copies: [
          { name, documents: 1, bytes: 10 },
          { name: expectedName(start + span, step), documents: 2, bytes: 20 },
        ],
      });
    });
  }

  it('loses nothing and stays small while it grows coarser, in whatever order times come', () => {
    const times = Array.from({ length: 5_000 }, (_, nth) => start + ((nth * 7_919) % 5_000) * 4 * minute);
    const { step, copies } = timeline(times);
    expect(step).to.equal('day');
    expect(copies.reduce((sum, { documents }) => sum + documents, 0)).to.equal(5_000);
    expect(copies.reduce((sum, { bytes }) => sum + bytes, 0)).to.equal(50_000);
    expect(copies.map(({ name }) => name)).to.deep.equal(copies.map(({ name }) => name).toSorted());
    expect(copies.length).to.be.at.most(15);
  });

  it('of nothing is empty', () => {
    expect(timeline([])).to.deep.equal({ step: 'second', copies: [] });
  });
});

function expectedName(at: number, step: 'second' | 'minute' | 'hour' | 'day'): string {
  const iso = new Date(at).toISOString();
  if (step === 'day') return iso.slice(0, 10);
  if (step === 'hour') return `${iso.slice(0, 13)}:00Z`;
  return `${iso.slice(0, step === 'minute' ? 16 : 19)}Z`;
}
