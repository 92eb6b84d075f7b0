import type { Check } from '../check.ts';
import { blockingReferences } from '../org/removal.ts';

/** Salesforce deletes nothing that something else refers to: the parts must be able to leave in the documented order. */
export const removalOrder: Check = {
  name: 'order of removal',
  run: blockingReferences,
};
