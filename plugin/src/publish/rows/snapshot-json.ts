import type { GateResults, ThroughputSeries } from '../../catalog/publication.ts';
import { cut } from '../../format/cut.ts';
import { fieldLength } from './row.ts';

/** Raised when a member changes its meaning; readers leave out what they do not understand. */
const version = 1;
const longestGateText = 250;

/** The JSON of `Snapshot__c`: 240 points and a dozen gates fill about half of the field. */
export function snapshotJson(throughput: ThroughputSeries, gates: GateResults | undefined): string {
  const json = JSON.stringify({
    version,
    throughput,
    ...(gates !== undefined && {
      gatesAt: Math.round(gates.at / 1000),
      gates: gates.gates.map(({ label, value, threshold, advice, ...rest }) => ({
        ...rest,
        label: cut(label, longestGateText),
        value: cut(value, longestGateText),
        threshold: cut(threshold, longestGateText),
        ...(advice !== undefined && { advice: cut(advice, longestGateText) }),
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
