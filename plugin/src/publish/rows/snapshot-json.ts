import type { GateResults, ThroughputSeries } from '../../catalog/publication.ts';
import { cut } from '../../format/cut.ts';
import { fieldLength } from './row.ts';

/** Raised when a member changes its meaning; readers leave out what they do not understand. */
const version = 2;
const longestGateText = 250;

/** The JSON of `Snapshot__c`: 240 points and a dozen gates fill about half of the field. */
export function snapshotJson(throughput: ThroughputSeries, gates: GateResults | undefined): string {
  const json = JSON.stringify({
    version,
    throughput,
    ...(gates !== undefined && {
      gatesAt: Math.round(gates.at / 1000),
      gates: gates.gates.map(({ label, found, expected, fix, ...rest }) => ({
        ...rest,
        label: cut(label, longestGateText),
        found: cut(found, longestGateText),
        expected: cut(expected, longestGateText),
        ...(fix !== undefined && { fix: cut(fix, longestGateText) }),
      })),
    }),
  });
  if (json.length <= fieldLength.snapshot) return json;
  // only if gates ever multiply: the figures matter more than the chart
  return snapshotJson(
    { ...throughput, points: throughput.points.slice(-Math.floor(throughput.points.length / 2)) },
    gates,
  );
}
