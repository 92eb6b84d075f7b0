import type { AccountId } from '@file-migration/config/contract';
import type {
  Catalog,
  ClaimedDocument,
  ClaimedOutcome,
  ClaimRequest,
  ClaimToken,
  RunCounters,
  RunId,
} from '../port.ts';
import { addCounters, settle, settledCounters } from '../rules/settle.ts';
import type { Synchronous } from '../synchronous.ts';
import { claimToken } from '../tables/claims.ts';
import { accountOf } from '../tables/counts.ts';
import type { FoundDocument } from '../tables/documents.ts';
import { rowsPerTransaction, type Change, type WriterContext } from './transactions.ts';

type Work = Pick<Synchronous<Catalog>, 'claim' | 'extendClaims' | 'recordOutcomes' | 'releaseClaims' | 'work'>;

/** Who copies what: claims, fair by account, and what became of them. */
export function work(context: WriterContext): Work {
  const { tables, write, now, epoch } = context;
  const { documents, claims, counts } = tables;
  /** The account that was served last; the next claim begins behind it. */
  let served = '';
  let claimed = 0;

  const take = (change: Change, request: ClaimRequest, account: AccountId | null, n: number): ClaimedDocument[] =>
    documents.ready(account, n).map((found) => {
      const token = claimToken(epoch, ++claimed, found.row);
      const { revision } = found.document;
      claims.insert({
        document: found.row,
        token,
        revision,
        run: request.run,
        worker: request.worker,
        until: now() + request.ttlMs,
      });
      change.setClaimed(found, true);
      return claimedDocument(found, token);
    });

  /** Each account in turn gives its share of what is asked for, and each account once, so that none waits for another. */
  const takeInTurn = (change: Change, request: ClaimRequest, n: number): ClaimedDocument[] => {
    const accounts = counts.readyAccounts(served, n);
    if (accounts.length < n) accounts.push(...readyUpTo(served, n - accounts.length));
    const taken: ClaimedDocument[] = [];
    for (const [index, account] of accounts.entries()) {
      const share = Math.ceil((n - taken.length) / (accounts.length - index));
      if (share <= 0) break;
      taken.push(...take(change, request, accountOf(account) ?? null, share));
      served = account;
    }
    return taken;
  };

  /** The accounts from the first to the one that was served last. */
  const readyUpTo = (last: string, n: number): string[] =>
    counts.readyAccounts('', n).filter((account) => account <= last);

  return {
    claim(request) {
      const n = Math.min(request.n, rowsPerTransaction);
      wake(context);
      return write((change) =>
        request.accountId === undefined ? takeInTurn(change, request, n) : take(change, request, request.accountId, n),
      );
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
    addCounters(counters, settledCounters(outcome));
    if (outcome.kind === 'released') {
      change.setClaimed(found, false);
      continue;
    }
    change.updateCopy(found, settle(found.document, outcome, now()), false);
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
