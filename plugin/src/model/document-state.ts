/** Whether the document's record is still there. */
export type RecordState = 'present' | 'deleted';

/** How far the copy of the document's file is. The last five are ends that need a person or another setting. */
export type CopyState = 'discovered' | 'copied' | 'verified' | 'failed' | 'missing' | 'denied' | 'archived' | 'skipped';

/**
 * What the document's URL field holds: the vendor's URL; our link; our link beside another key than that of the present
 * revision, mostly that of a former one, whose file it opens; or something that neither we nor the backup knows.
 */
export type LinkState = 'original' | 'ours' | 'conflict' | 'outdated';

/** The one word for a document on every screen: what a user gets who opens it. In the order in which screens list them. */
export const documentStates = [
  'broken',
  'switched',
  'verified',
  'copied',
  'discovered',
  'changed',
  'failed',
  'missing',
  'denied',
  'archived',
  'skipped',
  'deleted',
] as const;
export type DocumentState = (typeof documentStates)[number];

/** What each state means, in a few words for a person. */
export const stateMeaning: Readonly<Record<DocumentState, string>> = {
  broken: 'our link is on the record, and no proven copy is behind it: opening it fails',
  switched: 'opens from your bucket through our link',
  verified: 'copied and verified',
  copied: 'copied; the evidence is below backup.minimumEvidence',
  discovered: 'still to be copied',
  changed: 'the URL or the source changed since the backup; the next backup picks it up',
  failed: 'could not be copied',
  missing: 'the source does not exist',
  denied: 'the source may not be read',
  archived: 'the source must be restored from an archive class first',
  skipped: 'excluded by a rule',
  deleted: 'the record is gone; its copy stays',
};

/** The facts that `state` is a function of. */
export type DocumentFacts = {
  readonly record: RecordState;
  readonly copy: CopyState;
  readonly link: LinkState;
  /** The source was seen to differ from what was copied, under the same URL. */
  readonly sourceChanged: boolean;
};

/**
 * Pure and total: `deleted` > `broken` > `changed` > copy failure > `switched` > `verified` > `copied` > `discovered`. The
 * word says what a user gets, not what was once written: our link without a copy behind it is broken. A document whose
 * link is outdated is not switched: it is as far as the copy of its present revision.
 */
export function documentState(facts: DocumentFacts): DocumentState {
  if (facts.record === 'deleted') return 'deleted';
  const hasCopy = facts.copy === 'verified' || facts.copy === 'copied';
  if (facts.link === 'ours' && !hasCopy) return 'broken';
  if (facts.link === 'conflict' || facts.sourceChanged) return 'changed';
  return facts.link === 'ours' ? 'switched' : facts.copy;
}
