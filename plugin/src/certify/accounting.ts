import { atLeast, type EvidenceGrade } from '@file-migration/config';
import type { AccountableDocument } from '../catalog/certification.ts';
import type { DocumentState } from '../model/document-state.ts';
import type { LedgerEntry } from './ledger-entry.ts';

/** What must hold of a document for it to be accounted for. */
export type AccountingRules = {
  readonly minimumEvidence: EvidenceGrade;
  /** Milliseconds since 1970: copies that were not verified since are open. */
  readonly verifiedSince: number;
};

/** Why a document is not accounted for. */
export type OpenReason =
  /** It still opens at the vendor, or nowhere. */
  | 'not-switched'
  /** It has no copy, and nobody has decided on it. */
  | 'undecided'
  | 'weak-evidence'
  | 'not-verified';

export type Accounting =
  | { readonly kind: 'accounted'; readonly entry: LedgerEntry }
  | { readonly kind: 'open'; readonly reason: OpenReason; readonly state: DocumentState };

/** States that a named person may decide to leave without a copy. */
export const acceptableStates = [
  'missing',
  'denied',
  'archived',
  'skipped',
] as const satisfies readonly DocumentState[];

/** Pure and total: what the ledger says of a document, or why it cannot say anything yet. */
export function accountFor(document: AccountableDocument, rules: AccountingRules): Accounting {
  const { id, state } = document;
  switch (state) {
    case 'switched':
      return switched(document, rules);
    case 'deleted':
      return accounted({ outcome: 'deleted', document: id, ...(stored(document) ?? {}) });
    case 'skipped':
      if (document.skipRule === 'no-url') return accounted({ outcome: 'empty', document: id });
      return decided(document);
    case 'missing':
    case 'denied':
    case 'archived':
      return decided(document);
    case 'broken':
    case 'verified':
    case 'copied':
    case 'discovered':
    case 'changed':
    case 'failed':
      return { kind: 'open', reason: 'not-switched', state };
  }
}

function switched(document: AccountableDocument, rules: AccountingRules): Accounting {
  const { evidence, seenAt, state } = document;
  const facts = stored(document);
  if (facts === undefined || evidence === undefined || !atLeast(evidence, rules.minimumEvidence)) {
    return { kind: 'open', reason: 'weak-evidence', state };
  }
  if (seenAt < rules.verifiedSince) return { kind: 'open', reason: 'not-verified', state };
  return accounted({
    outcome: 'switched',
    document: document.id,
    ...facts,
    evidence,
    verified: new Date(seenAt).toISOString(),
  });
}

/** A decision holds for the file and the state that it was made about. */
function decided({ id, state, revision, decision }: AccountableDocument): Accounting {
  if (decision?.state !== state || decision.revision !== revision) return { kind: 'open', reason: 'undecided', state };
  const { decidedBy, reason, decidedOn } = decision;
  return accounted({ outcome: 'accepted', document: id, state, decidedBy, reason, decidedOn });
}

function stored({ key, target, sha256, substitute }: AccountableDocument) {
  if (key === undefined || target === undefined) return undefined;
  const { size, versionId, etag, checksum } = target;
  return {
    key,
    size,
    ...(versionId !== undefined && { version: versionId }),
    ...(etag !== undefined && { etag }),
    ...(checksum !== undefined && { checksum }),
    ...(sha256 !== undefined && { sha256 }),
    ...(substitute && { substitute }),
  };
}

function accounted(entry: LedgerEntry): Accounting {
  return { kind: 'accounted', entry };
}
