import type { Available } from '../model/available.ts';

/** What a write to the document object sets off, and what reads the URL field: names, as far as the org tells. */
export type WriteEffects = {
  /** Active validation rules. */
  readonly validationRules: Available<readonly string[]>;
  /** Active Apex triggers that run on update. */
  readonly triggers: Available<readonly string[]>;
  /** Active record-triggered flows and processes that run on update. */
  readonly flows: Available<readonly string[]>;
  /** All workflow rules: the org does not say in a query which are active. */
  readonly workflowRules: Available<readonly string[]>;
  /** Those of our fields whose history is kept. */
  readonly fieldHistory: Available<readonly string[]>;
  /** Channels that publish the object's changes (Change Data Capture). */
  readonly changeDataCapture: Available<readonly string[]>;
  /** What refers to the URL field, by kind: never complete, because Salesforce does not track every use. */
  readonly readers: Available<readonly Reader[]>;
};

export type Reader = { readonly type: string; readonly name: string };
