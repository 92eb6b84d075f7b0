import type { Found, LifecycleRule } from '../storage/survey-facts.ts';
import { rule, type Gate } from './check.ts';

/** Whether the target bucket keeps what is in it. A store without lifecycle rules cannot expire anything; one that hides them can. */
export function lifecycleCheck(lifecycle: Found<readonly LifecycleRule[]>, prefix: string): Gate {
  if (!lifecycle.known) {
    const { passed, unknown, notChecked } = rule('lifecycle');
    switch (lifecycle.because) {
      case 'not-supported':
        return passed('the store offers no lifecycle rules');
      case 'not-checked':
        return notChecked('needs target-writable');
      case 'denied':
      case 'failed':
        return unknown(
          `the store does not tell: ${lifecycle.message}`,
          'Grant s3:GetLifecycleConfiguration, as config/aws/iam-migrator.json does',
        );
    }
  }
  const harmful = lifecycle.value.filter(
    ({ needsTag, expires, archives }) => needsTag === undefined && (expires !== undefined || archives !== undefined),
  );
  // copies that a rule deletes are not worth making
  return rule('lifecycle', { blocks: harmful.length === 0 ? 'switch' : 'backup' }).judged(
    harmful.length === 0,
    harmful.length === 0
      ? `no rule expires or archives objects under ${prefix}`
      : harmful.map((each) => `the rule "${each.id}" ${does(each)} objects under ${prefix}`).join('; '),
    'Limit the lifecycle rule to another prefix, or remove it',
  );
}

function does({ expires, archives }: LifecycleRule): string {
  const deleted = expires === undefined ? undefined : `deletes (${when(expires)})`;
  const archived = archives === undefined ? undefined : `archives (${when(archives)})`;
  return [deleted, archived].filter((part) => part !== undefined).join(' and ');
}

function when(time: number | string): string {
  return typeof time === 'number' ? `after ${time} days` : `on ${time}`;
}
