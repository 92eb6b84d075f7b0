import type { Available } from '../../model/available.ts';
import type { WriteEffects } from '../../org/write-effects.ts';
import { count } from '../../format/quantity.ts';
import { factLines } from '../format/facts.ts';

const mostNames = 8;

/** The automation that a write starts in the org, and what reads the URL field; what the org refuses to say is unknown. */
export function effectLines(effects: WriteEffects): string[] {
  return [
    'Automation that will run:',
    ...factLines([
      ['validation rules', names(effects.validationRules)],
      ['triggers', names(effects.triggers)],
      ['flows', names(effects.flows)],
      ['workflow rules', names(effects.workflowRules)],
      ['field history', names(effects.fieldHistory)],
      ['change events', names(effects.changeDataCapture)],
    ]),
    'What reads the URL field (Salesforce does not track every use):',
    ...factLines([
      [
        'readers',
        names(
          effects.readers.available
            ? { available: true, value: effects.readers.value.map(({ type, name }) => `${name} (${type})`) }
            : effects.readers,
        ),
      ],
    ]),
  ];
}

function names(found: Available<readonly string[]>): string {
  if (!found.available) return `unknown: ${found.message}`;
  const { length } = found.value;
  if (length === 0) return 'none';
  const shown = found.value.slice(0, mostNames).join(', ');
  return `${count(length)}: ${shown}${length > mostNames ? `, and ${count(length - mostNames)} more` : ''}`;
}
