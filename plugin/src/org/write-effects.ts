import type { Told } from './org-facts.ts';

/** What a write to the document object sets off, and what reads the URL field: names, as far as the org tells. */
export type WriteEffects = {
  /** Active validation rules. */
  readonly validationRules: Told<readonly string[]>;
  /** Active Apex triggers that run on update. */
  readonly triggers: Told<readonly string[]>;
  /** Active record-triggered flows and processes that run on update. */
  readonly flows: Told<readonly string[]>;
  /** All workflow rules: the org does not say in a query which are active. */
  readonly workflowRules: Told<readonly string[]>;
  /** Those of our fields whose history is kept. */
  readonly fieldHistory: Told<readonly string[]>;
  /** Channels that publish the object's changes (Change Data Capture). */
  readonly changeDataCapture: Told<readonly string[]>;
  /** What refers to the URL field, by kind: never complete, because Salesforce does not track every use. */
  readonly readers: Told<readonly Reader[]>;
};

export type Reader = { readonly type: string; readonly name: string };
