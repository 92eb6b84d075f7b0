import type { Catalog } from '../port.ts';
import type { ClaimedDocument, ClaimedOutcome, ClaimRequest, ClaimToken } from '../copy-queue.ts';
import type { RunCounters, RunId } from '../../model/run.ts';
import { addCounters, applyOutcome, outcomeCounters } from '../rules/apply-outcome.ts';
import type { Synchronous } from '../synchronous.ts';
import { accountKey, type AccountKey } from '../tables/account-key.ts';
import { claimToken } from '../tables/claims.ts';
import { type FoundDocument, isReady } from '../tables/document-row.ts';
import { rowsPerTransaction, type Change, type WriterContext } from './transactions.ts';

type Work = Pick<Synchronous<Catalog>, 'claim' | 'extendClaims' | 'recordOutcomes' | 'releaseClaims' | 'work'>;

/** Entries of queues that one transaction met whose documents wait there no more: it meets 500 of them at most. */
type Passed = { entries: number };

/** Who copies what: claims, fair by account, and what became of them. */
export function work(context: WriterContext): Work {
  const { tables, write, now, epoch } = context;
  const { documents, claims, counts, queue } = tables;
  /** The account that was served last; the next claim begins behind it. */
  let served = '';
  let claimed = 0;

  const claimOne = (change: Change, { run, worker, ttlMs }: ClaimRequest, found: FoundDocument): ClaimedDocument => {
    const { row, document } = found;
    const token = claimToken(epoch, ++claimed, row);
    claims.insert({ document: row, token, revision: document.revision, run, worker, until: now() + ttlMs });
    change.setClaimed(found, true);
    return claimedDocument(found, token);
  };

  /** Claims up to `most` documents of one account, in the order of its queue. */
  const take = (
    change: Change,
    request: ClaimRequest,
    { account, most }: { readonly account: AccountKey; readonly most: number },
    passed: Passed,
  ): ClaimedDocument[] => {
    const taken: ClaimedDocument[] = [];
    while (taken.length < most && passed.entries < rowsPerTransaction) {
      const row = change.firstInLine(account);
      if (row === undefined) break;
      const found = documents.findRow(row);
      if (found !== undefined && isReady(found) && accountKey(found.document.accountId) === account) {
        taken.push(claimOne(change, request, found));
      } else passed.entries += 1;
    }
    return taken;
  };

  /** Each account in turn gives its share of what is asked for, and each account once, so that none waits for another. */
  const takeInTurn = (change: Change, request: ClaimRequest, n: number, passed: Passed): ClaimedDocument[] => {
    const accounts = counts.readyAccounts(served, n);
    if (accounts.length < n) accounts.push(...readyUpTo(served, n - accounts.length));
    const taken: ClaimedDocument[] = [];
    for (const [index, account] of accounts.entries()) {
      const share = Math.ceil((n - taken.length) / (accounts.length - index));
      if (share <= 0 || passed.entries >= rowsPerTransaction) break;
      taken.push(...take(change, request, { account, most: share }, passed));
      served = account;
    }
    return taken;
  };

  /** The accounts from the first to the one that was served last. */
  const readyUpTo = (last: string, n: number): AccountKey[] =>
    counts.readyAccounts('', n).filter((account) => account <= last);

  /** What queues hold while nothing waits at all is behind us. */
  const clearQueues = (): void => {
    if (counts.readyAccounts('', 1).length === 0 && !queue.isEmpty()) write(() => queue.clear());
  };

  return {
    claim(request) {
      const { accountId } = request;
      const n = Math.min(request.n, rowsPerTransaction);
      wake(context);
      for (;;) {
        const passed = { entries: 0 };
        const taken = write((change) =>
          accountId === undefined
            ? takeInTurn(change, request, n, passed)
            : take(change, request, { account: accountId, most: n }, passed),
        );
        if (taken.length > 0) return taken;
        // there may be work behind so many that are none
        if (passed.entries >= rowsPerTransaction) continue;
        clearQueues();
        return [];
      }
    },

    extendClaims(tokens, ttlMs) {
      const until = now() + ttlMs;
      write(() => tokens.forEach((token) => claims.extend(token, until)));
    },

    recordOutcomes: (run, outcomes) =>
      write((change) => {
        const recorded = recordOutcomes(context, change, run, outcomes);
        return { recorded, discarded: outcomes.length - recorded };
      }),

    releaseClaims() {
      let released = 0;
      for (;;) {
        const freed = write((change) => free(context, change, Number.MAX_SAFE_INTEGER));
        if (freed === 0) return released;
        released += freed;
      }
    },

    work() {
      return { remaining: counts.read().remaining, claimed: claims.count(), nextAttemptAt: documents.nextDue() };
    },
  };
}

function recordOutcomes(
  { tables, now }: WriterContext,
  change: Change,
  run: RunId,
  outcomes: readonly ClaimedOutcome[],
): number {
  const { documents, claims, errors, runs } = tables;
  let recorded = 0;
  const counters: Partial<Record<keyof RunCounters, number>> = {};
  for (const { id, revision, token, outcome } of outcomes) {
    const found = documents.find(id);
    if (found?.document.revision !== revision || !claims.holds(found.row, token, revision)) continue;
    recorded += 1;
    claims.remove(found.row);
    addCounters(counters, outcomeCounters(outcome));
    if (outcome.kind === 'released') {
      change.setClaimed(found, false);
      continue;
    }
    change.updateCopy(found, applyOutcome(found.document, outcome, now()), false);
    if ('code' in outcome) {
      const { code, message } = outcome;
      const failureClass = outcome.kind === 'retry' ? 'retry' : outcome.failureClass;
      const { originalUrl } = found.document;
      errors.add({ run, document: id, code, failureClass, message, originalUrl, now: now() });
    } else if (found.document.lastError !== undefined) {
      errors.close(id);
    }
  }
  runs.add(run, counters, now());
  return recorded;
}

/**
 * Puts back what became claimable meanwhile: claims that ran out, and retries that have come due. In transactions of its
 * own, because accounts take turns by their counters, which are written when a transaction ends.
 */
function wake(context: WriterContext): void {
  const { tables, write, now } = context;
  if (tables.claims.expired(now(), 1).length > 0) write((change) => free(context, change, now()));
  const due = tables.documents.due(now(), rowsPerTransaction);
  if (due.length === 0) return;
  write((change) => {
    for (const found of due) change.updateCopy(found, { ...found.document, nextAttempt: 0 });
  });
}

/** Frees claims that end at or before `until`; @returns how many. */
function free({ tables }: WriterContext, change: Change, until: number): number {
  const rows = tables.claims.expired(until, rowsPerTransaction);
  for (const row of rows) {
    const found = tables.documents.findRow(row);
    tables.claims.remove(row);
    if (found !== undefined) change.setClaimed(found, false);
  }
  return rows.length;
}

function claimedDocument({ document }: FoundDocument, token: ClaimToken): ClaimedDocument {
  if (document.key === undefined) throw new Error(`Document ${document.id} waits to be copied without a key.`);
  return {
    token,
    id: document.id,
    revision: document.revision,
    name: document.name,
    accountId: document.accountId,
    originalUrl: document.originalUrl,
    externalId: document.externalId,
    key: document.key,
    attempts: document.attempts,
  };
}
