import { readSnapshot } from 'c/fileMigrationSnapshot';

describe('c-file-migration-snapshot', () => {
  it('reads points and gates', () => {
    const { throughput, gates } = readSnapshot(
      JSON.stringify({
        version: 1,
        throughput: { intervalSeconds: 120, points: [[10, 20, 30]] },
        gates: [{ gate: 'evidence', passed: false, value: 3, threshold: 4, advice: 'do it' }],
      }),
    );
    expect(throughput).toEqual({ intervalSeconds: 120, points: [{ at: 10, documents: 20, bytes: 30 }] });
    expect(gates[0]).toMatchObject({ label: 'evidence', value: '3', threshold: '4' });
  });

  const nothing = { throughput: { intervalSeconds: 60, points: [] }, gates: [] };

  it.each([undefined, ''])('takes %p for nothing published', (text) => {
    expect(readSnapshot(text)).toEqual({ ...nothing, isUnreadable: false });
  });

  it.each(['{"version":1', '{"version":2,"gates":[{"gate":"a","passed":true}]}', 'null', '[]'])(
    'cannot read %p, and says so',
    (text) => {
      expect(readSnapshot(text)).toEqual({ ...nothing, isUnreadable: true });
    },
  );

  it('leaves out what is not as it should be', () => {
    const text = JSON.stringify({
      version: 1,
      throughput: { points: [[1, 2], [1, -2, 3], 'x', [1, 2, 3]] },
      gates: [{ gate: 'a' }, null, { passed: true }, { gate: 'b', passed: true }],
    });
    expect(readSnapshot(text).throughput.points).toEqual([{ at: 1, documents: 2, bytes: 3 }]);
    expect(readSnapshot(text).gates.map(({ gate }) => gate)).toEqual(['b']);
  });
});
