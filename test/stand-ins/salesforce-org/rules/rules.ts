import type { ObjectMeta } from '../objects/schema.ts';
import { refused, type SaveResult } from '../records/save-result.ts';
import type { Store } from '../store/store.ts';
import type { Automation, Change, ValidationRule } from './automation.ts';

/** The org's validation rules and automation, run at every save through the API. */
export class Rules {
  readonly validationRules: ValidationRule[];
  readonly automations: Automation[];
  readonly #store: Store;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(store: Store, validationRules: readonly ValidationRule[], automations: readonly Automation[]) {
    this.#store = store;
    this.validationRules = [...validationRules];
    this.automations = [...automations];
  }

  refusal(meta: ObjectMeta, change: Change): SaveResult | undefined {
    const rule = this.validationRules.find(
      (candidate) => candidate.object === meta.name && candidate.active !== false && candidate.refuses(change),
    );
    if (!rule) return undefined;
    const id = change.before === undefined ? undefined : String(change.before.Id);
    return refused(id, 'FIELD_CUSTOM_VALIDATION_EXCEPTION', rule.message, rule.field ? [rule.field] : []);
  }

  fire(meta: ObjectMeta, change: Change): void {
    for (const automation of this.automations) {
      if (automation.object !== meta.name || automation.active === false) continue;
      const changes = automation.run(change);
      if (!changes) continue;
      const write = (): void => {
        this.#store.update(meta, String(change.after.Id), changes, change.user);
      };
      if (automation.delayMs === undefined) write();
      else this.#later(automation.delayMs, write);
    }
  }

  close(): void {
    this.#timers.forEach((timer) => clearTimeout(timer));
  }

  #later(delayMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, delayMs);
    timer.unref();
    this.#timers.add(timer);
  }
}
