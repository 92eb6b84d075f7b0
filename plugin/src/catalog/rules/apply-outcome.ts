import type { CopyOutcome } from '../../model/copy-outcome.ts';
import type { RunCounters } from '../../model/run.ts';
import type { StoredDocument } from '../tables/document-row.ts';
import { waiting } from './waiting.ts';

/** What an outcome makes of the document that it is for. */
export function applyOutcome(document: StoredDocument, outcome: CopyOutcome, now: number): StoredDocument {
  const tried = { ...document, attempts: document.attempts + 1, nextAttempt: undefined };
  switch (outcome.kind) {
    case 'copied':
      return waiting({
        ...tried,
        copy: outcome.verified ? 'verified' : 'copied',
        sourceChanged: false,
        lastError: undefined,
        skipRule: undefined,
        evidence: outcome.evidence,
        method: outcome.method,
        substitute: outcome.substitute,
        source: outcome.source,
        target: outcome.target,
        sha256: outcome.sha256,
        backedUpAt: now,
      });
    case 'failed':
    case 'missing':
    case 'denied':
    case 'archived':
      return waiting({ ...tried, copy: outcome.kind, lastError: outcome.code });
    case 'skipped':
      return waiting({ ...tried, copy: 'skipped', skipRule: outcome.rule, lastError: undefined });
    case 'retry':
      return waiting({ ...tried, nextAttempt: Math.max(1, outcome.notBefore), lastError: outcome.code });
    case 'released':
      return document;
  }
}

/** What an outcome adds to its run's counters. */
export function outcomeCounters(outcome: CopyOutcome): Partial<RunCounters> {
  switch (outcome.kind) {
    case 'copied':
      return {
        processed: 1,
        [outcome.verified ? 'verified' : 'copied']: 1,
        bytesCopied: outcome.alreadyThere ? 0 : outcome.target.size,
      };
    case 'failed':
    case 'missing':
    case 'denied':
    case 'archived':
    case 'skipped':
      return { processed: 1, [outcome.kind]: 1 };
    case 'retry':
      return { retried: 1 };
    case 'released':
      return {};
  }
}

/** Adds counters to a sum. */
export function addCounters(sum: Partial<Record<keyof RunCounters, number>>, more: Partial<RunCounters>): void {
  for (const [name, value] of Object.entries(more) as [keyof RunCounters, number][]) {
    sum[name] = (sum[name] ?? 0) + value;
  }
}
