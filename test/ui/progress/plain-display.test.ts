import { expect } from 'chai';
import { plainDisplay, progressLine } from '../../../plugin/src/ui/progress/plain.ts';
import { Meter } from '../../../plugin/src/run/meter.ts';
import type { Progress } from '../../../plugin/src/run/progress.ts';

const moment: Progress = {
  stage: 'Copy',
  done: 12_000,
  total: 48_112,
  totalIsFinal: true,
  bytes: 1_200_000_000,
  attention: 2,
  notes: [],
};

describe('Progress in a pipe', () => {
  it('closes with the last state, however short the work was', () => {
    const lines: string[] = [];
    let now: Progress = { ...moment, done: 0, attention: 0 };
    const display = plainDisplay(
      () => now,
      (line) => lines.push(line),
    );
    now = { ...moment, done: 48_112 };
    display.stop('completed');
    expect(lines).to.have.length(1);
    expect(lines[0]).to.match(/^Copy {2}48,112 of 48,112 {2}1\.2 GB {2}.*files\/s .* 0s left {2}2 need attention$/);
  });

  it('tells no time left before the total is final, and says that it grows', () => {
    const line = progressLine({ ...moment, totalIsFinal: false }, new Meter());
    expect(line).to.include('12,000 of 48,112 found so far').and.not.include('left');
  });

  it('speaks of documents, and of no bytes, where none are moved', () => {
    const line = progressLine({ ...moment, stage: 'Write', bytes: undefined }, new Meter());
    expect(line).to.equal('Write  12,000 of 48,112  0 documents/s  2 need attention');
  });
});
