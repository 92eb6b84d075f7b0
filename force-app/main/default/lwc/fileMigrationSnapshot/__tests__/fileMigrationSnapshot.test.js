import { readSnapshot } from 'c/fileMigrationSnapshot';

describe('c-file-migration-snapshot', () => {
  it('reads points and gates', () => {
    const { throughput, gates } = readSnapshot(
      JSON.stringify({
        version: 2,
        throughput: { intervalSeconds: 120, points: [[10, 20, 30]] },
        gates: [{ id: 'evidence', status: 'failed', found: 3, expected: 4, fix: 'do it' }],
      }),
    );
    expect(throughput).toEqual({ intervalSeconds: 120, points: [{ at: 10, documents: 20, bytes: 30 }] });
    expect(gates[0]).toMatchObject({ label: 'evidence', found: '3', expected: '4' });
  });

  it('reads the gates of runs that version 1 published', () => {
    const former = {
      gate: 'drift',
      label: 'Few changes',
      passed: false,
      value: '9%',
      threshold: '1%',
      advice: 'do it',
    };
    const gates = [former, { ...former, ignored: true }, { ...former, passed: true }];
    const read = readSnapshot(JSON.stringify({ version: 1, gates })).gates;
    expect(read.map(({ status }) => status)).toEqual(['failed', 'ignored', 'passed']);
    expect(read[0]).toEqual({
      id: 'drift',
      label: 'Few changes',
      status: 'failed',
      found: '9%',
      expected: '1%',
      fix: 'do it',
    });
  });

  const nothing = { throughput: { intervalSeconds: 60, points: [] }, gates: [] };

  it.each([undefined, ''])('takes %p for nothing published', (text) => {
    expect(readSnapshot(text)).toEqual({ ...nothing, isUnreadable: false });
  });

  it.each(['{"version":1', '{"version":3,"gates":[{"id":"a","status":"passed"}]}', 'null', '[]'])(
    'cannot read %p, and says so',
    (text) => {
      expect(readSnapshot(text)).toEqual({ ...nothing, isUnreadable: true });
    },
  );

  it('leaves out what is not as it should be', () => {
    const text = JSON.stringify({
      version: 2,
      throughput: { points: [[1, 2], [1, -2, 3], 'x', [1, 2, 3]] },
      gates: [{ id: 'a' }, null, { passed: true }, { id: 'b', status: 'passed' }],
    });
    expect(readSnapshot(text).throughput.points).toEqual([{ at: 1, documents: 2, bytes: 3 }]);
    expect(readSnapshot(text).gates.map(({ id }) => id)).toEqual(['b']);
  });
});
