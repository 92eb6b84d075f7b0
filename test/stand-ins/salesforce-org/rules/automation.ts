import type { Row } from '../store/field-values.ts';
import type { User } from '../access/users.ts';

/** A record before a change (undefined when it is created) and as it is about to be stored. Values as SQLite holds them. */
export type Change = { readonly before: Row | undefined; readonly after: Row; readonly user: User };

/** Refuses changes: `refuses` is the rule's error condition. */
export type ValidationRule = {
  readonly object: string;
  readonly name: string;
  readonly active?: boolean;
  readonly message: string;
  /** The field at which the message is shown. */
  readonly field?: string;
  readonly refuses: (change: Change) => boolean;
};

/** Something of the org's own that changes records when they are saved. */
export type Automation = {
  readonly object: string;
  readonly name: string;
  readonly kind: 'trigger' | 'flow';
  readonly active?: boolean;
  /** Columns to write as well; undefined for nothing. */
  readonly run: (change: Change) => Row | undefined;
  /** Happens later, as asynchronous automation does. Milliseconds; absent means in the same transaction. */
  readonly delayMs?: number;
};
