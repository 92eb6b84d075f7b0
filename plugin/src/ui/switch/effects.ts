import type { Available } from '../../model/available.ts';
import type { WriteEffects } from '../../org/write-effects.ts';
import { count } from '../../format/quantity.ts';

const mostNames = 8;

/** What writing sets off in the org and what reads the URL field: counts and names, with what the org would not tell. */
export function effectLines(effects: WriteEffects): string[] {
  return [
    'Writing sets off, in Salesforce:',
    line('validation rules', effects.validationRules),
    line('triggers', effects.triggers),
    line('flows', effects.flows),
    line('workflow rules', effects.workflowRules),
    line('field history', effects.fieldHistory),
    line('change events', effects.changeDataCapture),
    'The URL field is read by (never a complete list: Salesforce does not track every use):',
    line(
      'readers',
      effects.readers.available
        ? { available: true, value: effects.readers.value.map(({ type, name }) => `${name} (${type})`) }
        : effects.readers,
    ),
  ];
}

function line(what: string, names: Available<readonly string[]>): string {
  const label = `  ${what.padEnd(18)}  `;
  if (!names.available) return `${label}not known: ${names.message}`;
  const { length } = names.value;
  if (length === 0) return `${label}none`;
  const shown = names.value.slice(0, mostNames).join(', ');
  return `${label}${count(length)}: ${shown}${length > mostNames ? `, and ${count(length - mostNames)} more` : ''}`;
}
