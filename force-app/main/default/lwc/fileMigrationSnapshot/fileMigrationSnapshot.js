const NOTHING = { isUnreadable: false, throughput: { intervalSeconds: 60, points: [] }, gates: [] };
/** Version 1 named the members of a gate otherwise. */
const VERSIONS = [1, 2];

/**
 * Reads the JSON of File_Migration_Run__c.Snapshot__c (docs/publishing-contract.md). What is cut off or of another
 * version is `isUnreadable`, which is not the same as not published; single points and gates that are not as they should
 * be are left out.
 */
export function readSnapshot(text) {
  if (!text) {
    return NOTHING;
  }
  const raw = parsed(text);
  if (!VERSIONS.includes(raw?.version)) {
    return { ...NOTHING, isUnreadable: true };
  }
  const intervalSeconds = Number(raw.throughput?.intervalSeconds) || NOTHING.throughput.intervalSeconds;
  return {
    isUnreadable: false,
    throughput: { intervalSeconds, points: listOf(raw.throughput?.points).flatMap(pointOf) },
    gates: listOf(raw.gates).flatMap(gateOf),
    // milliseconds since 1970
    gatesAt: raw.gatesAt > 0 ? raw.gatesAt * 1000 : undefined,
  };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listOf(value) {
  return Array.isArray(value) ? value : [];
}

function pointOf(point) {
  const [at, documents, bytes] = listOf(point).map(Number);
  return [at, documents, bytes].every((value) => Number.isFinite(value) && value >= 0)
    ? [{ at, documents, bytes }]
    : [];
}

function gateOf(raw) {
  const gate = typeof raw?.passed === 'boolean' ? formerGate(raw) : raw;
  if (typeof gate?.id !== 'string' || typeof gate.status !== 'string') {
    return [];
  }
  const text = (value) => (value === undefined || value === null ? '' : String(value));
  return [
    {
      id: gate.id,
      label: text(gate.label) || gate.id,
      status: gate.status,
      found: text(gate.found),
      expected: text(gate.expected),
      fix: text(gate.fix),
    },
  ];
}

function formerGate({ gate, passed, ignored, value, threshold, advice, ...rest }) {
  const notPassed = ignored === true ? 'ignored' : 'failed';
  return { ...rest, id: gate, status: passed ? 'passed' : notPassed, found: value, expected: threshold, fix: advice };
}
