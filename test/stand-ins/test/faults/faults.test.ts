import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readFaultFile } from '../../faults/fault-file.ts';
import { createFaults, type FaultRule } from '../../faults/faults.ts';

const get = { operation: 'GetObject', resource: 'vendor/a.pdf' };
const put = { operation: 'PutObject', resource: 'target/a.pdf' };
const picks = (rules: FaultRule<string>[], times: number, subject = get, seed = 1) => {
  const faults = createFaults(rules, seed);
  return Array.from({ length: times }, () => faults.pick(subject));
};

describe('fault rules', () => {
  it('strike only the operation and the resource they name', () => {
    const faults = createFaults([{ match: { operation: 'GetObject', resource: '\\.pdf$' }, fault: 'x' }]);
    expect(faults.pick(put)).to.equal(undefined);
    expect(faults.pick({ ...get, resource: 'vendor/a.txt' })).to.equal(undefined);
    expect(faults.pick(get)).to.equal('x');
  });

  it('take several operations', () => {
    const faults = createFaults([{ match: { operation: ['GetObject', 'PutObject'] }, fault: 'x' }]);
    expect([faults.pick(get), faults.pick(put)]).to.deep.equal(['x', 'x']);
  });

  it('strike the nth matching request, counted among the matching ones', () => {
    const faults = createFaults([{ match: { operation: 'GetObject', nth: 2 }, fault: 'x' }]);
    expect([get, put, get, get].map((subject) => faults.pick(subject))).to.deep.equal([
      undefined,
      undefined,
      'x',
      undefined,
    ]);
  });

  it('strike every nth matching request', () => {
    expect(picks([{ match: { everyNth: 2 }, fault: 'x' }], 4)).to.deep.equal([undefined, 'x', undefined, 'x']);
  });

  it('are used up after so many times', () => {
    expect(picks([{ match: { times: 2 }, fault: 'x' }], 3)).to.deep.equal(['x', 'x', undefined]);
  });

  it('strike about as often as their probability says, the same way for the same seed', () => {
    const rules = [{ match: { probability: 0.3 }, fault: 'x' }];
    const first = picks(rules, 2000, get, 7);
    expect(first.filter((fault) => fault === 'x').length).to.be.within(520, 680);
    expect(picks(rules, 2000, get, 7)).to.deep.equal(first);
    expect(picks(rules, 2000, get, 8)).not.to.deep.equal(first);
  });

  it('are asked in order, and one that lost does not use up its times', () => {
    const rules = [
      { match: { nth: 1 }, fault: 'first' },
      { match: { times: 1 }, fault: 'second' },
    ];
    expect(picks(rules, 3)).to.deep.equal(['first', 'second', undefined]);
  });
});

describe('a faults file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  const schema = z.strictObject({ kind: z.literal('cut') });
  const file = (text: string) => {
    const path = join(folder, 'faults.json');
    writeFileSync(path, text);
    return path;
  };
  after(() => rmSync(folder, { recursive: true }));

  it('is read as rules', () => {
    const path = file('[{"match":{"operation":"GetObject","nth":[1,3]},"fault":{"kind":"cut"}}]');
    expect(readFaultFile(path, schema)).to.deep.equal([
      { match: { operation: 'GetObject', nth: [1, 3] }, fault: { kind: 'cut' } },
    ]);
  });

  for (const [what, text, message] of [
    ['that is no JSON', '[', 'cannot be read'],
    ['with an unknown condition', '[{"match":{"oops":1},"fault":{"kind":"cut"}}]', 'oops'],
    ['with an unknown fault', '[{"match":{},"fault":{"kind":"burn"}}]', 'kind'],
    ['with a broken pattern', '[{"match":{"resource":"("},"fault":{"kind":"cut"}}]', 'no regular expression'],
  ] as const) {
    it(`${what} is refused with what is wrong`, () => {
      expect(() => readFaultFile(file(text), schema)).to.throw(message);
    });
  }

  it('that is missing is refused by name', () => {
    expect(() => readFaultFile(join(folder, 'none.json'), schema)).to.throw('none.json');
  });
});
