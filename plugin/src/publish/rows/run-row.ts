import { EVIDENCE_GRADES } from '@file-migration/config';
import { keyPrefix } from '../../catalog/published-keys.ts';
import type { Run } from '../../model/run.ts';
import type { Snapshot, ThroughputSeries } from '../../catalog/publication.ts';
import { documentStates } from '../../model/document-state.ts';
import { publishedObjects, type PublishedRecord } from '../../org/publications-port.ts';
import { nextSteps, stepsLine } from '../../model/guidance.ts';
import { cut } from '../../format/cut.ts';
import { milestone } from '../milestone.ts';
import type { RunRate } from '../run-rate.ts';
import { dateTime, externalId, fieldLength, row, type Row } from './row.ts';
import { snapshotJson } from './snapshot-json.ts';

/** A run with all figures of one snapshot. */
export function runRow(
  uuid: string,
  snapshot: Snapshot,
  { rate, secondsLeft, throughput }: RunRate & { readonly throughput: ThroughputSeries },
): Row {
  const { run, counts, at, sequence, broughtForward, gates } = snapshot;
  const { processed, bytesCopied } = run.counters;
  return row(uuid, {
    object: publishedObjects.run,
    key: runKey(run.id),
    status: run.status,
    fields: {
      Name: `Run ${run.id}`,
      Run_Number__c: run.id,
      Type__c: run.type,
      Mode__c: run.mode,
      Status__c: run.status,
      Milestone__c: milestone(snapshot),
      Started__c: dateTime(run.startedAt),
      Ended__c: dateTime(run.endedAt),
      Heartbeat__c: dateTime(at),
      Sequence__c: sequence,
      Documents__c: counts.documents,
      ...Object.fromEntries(documentStates.map((state) => [`${capitalised(state)}__c`, counts.states[state]])),
      ...Object.fromEntries(EVIDENCE_GRADES.map((grade) => [`Evidence_${grade}__c`, counts.evidence[grade]])),
      Bytes__c: counts.bytes,
      Accounts__c: counts.accounts,
      Remaining__c: counts.remaining,
      Processed__c: processed,
      Succeeded__c: broughtForward,
      Not_Succeeded__c: processed - broughtForward,
      Bytes_Copied__c: bytesCopied,
      Rate__c: rate === undefined ? null : hundredths(rate.files),
      Bytes_Rate__c: rate?.bytes === undefined ? null : Math.round(rate.bytes),
      Seconds_Left__c: secondsLeft ?? null,
      Message__c: message(run),
      Next_Step__c: cut(stepsLine(nextSteps({ counts, lastRun: run })), fieldLength.textArea),
      Snapshot__c: snapshotJson(throughput, gates),
    },
  });
}

/**
 * How an earlier run ended, where the org still shows it as running, with what the catalog has counted of it: a killed run
 * published less than it did. What documents were then, nobody counts again.
 */
export function endedRunRow(uuid: string, run: Run): Row {
  return row(uuid, {
    object: publishedObjects.run,
    key: runKey(run.id),
    status: run.status,
    fields: {
      Status__c: run.status,
      Ended__c: dateTime(run.endedAt),
      Processed__c: run.counters.processed,
      Bytes_Copied__c: run.counters.bytesCopied,
      Message__c: message(run),
      Rate__c: null,
      Bytes_Rate__c: null,
      Seconds_Left__c: null,
      Next_Step__c: null,
    },
  });
}

/** The nudge to whoever watches: figures stand on the run's row. */
export function progressEvent(uuid: string, snapshot: Snapshot): PublishedRecord {
  const { run, sequence, counts } = snapshot;
  const { switched, verified, broken, changed, failed, missing, denied, archived } = counts.states;
  return {
    Run_External_Id__c: externalId(uuid, runKey(run.id)),
    Sequence__c: sequence,
    Status__c: run.status,
    Milestone__c: milestone(snapshot),
    Documents__c: counts.documents,
    Done__c: verified + switched,
    Failed__c: broken + changed + failed + missing + denied + archived,
  };
}

function runKey(id: Run['id']): string {
  return `${keyPrefix.run}${id}`;
}

function message({ message: text }: Run): string | null {
  return text === undefined ? null : cut(text, fieldLength.textArea);
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
