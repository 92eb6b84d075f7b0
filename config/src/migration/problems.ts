import type { z } from 'zod';
import type { ConfigProblem } from './config-problem.ts';
import { didYouMean } from './did-you-mean.ts';
import { migrationJsonSchema, type JsonSchema } from './json-schema.ts';
import { jsonPath, valueAt, type Path } from './json-path.ts';
import { literalSecret } from './literal-secrets.ts';
import { PREDECESSOR_SETTINGS } from './predecessor-settings.ts';
import { isSecretPlace } from './secret-places.ts';

/** The problems that a failed check reports, in words for a person. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], raw: unknown): ConfigProblem[] {
  return issues.flatMap((issue): ConfigProblem[] => {
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(issue.path);
      return issue.keys.map((key) => unknownKey([...issue.path, key], known));
    }
    return [{ path: jsonPath(issue.path), found: foundAt(raw, issue.path), expected: expectation(issue) }];
  });
}

/** What stands at a path, as a message may show it: short, on one line, never a secret. */
function foundAt(raw: unknown, path: Path): string {
  const value = valueAt(raw, path);
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (isSecretPlace(path)) return `a ${typeof value} (hidden)`;
  if (typeof value === 'string' && literalSecret(value) !== undefined) return 'a secret (hidden)';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function unknownKey(path: Path, known: readonly string[]): ConfigProblem {
  const name = String(path.at(-1));
  const successor = PREDECESSOR_SETTINGS.get(name);
  const meant = didYouMean(name, known);
  return {
    path: jsonPath(path),
    found: 'an unknown key',
    expected: successor ?? (meant === undefined ? '' : `"${meant}"? Known here: `) + known.join(', '),
  };
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'too_small':
      return issue.origin === 'array'
        ? 'a list that is not empty'
        : `a number ${issue.inclusive === true ? 'from' : 'above'} ${issue.minimum}${issue.inclusive === true ? ' on' : ''}`;
    case 'too_big':
      return `a number of at most ${issue.maximum}`;
    case 'invalid_key':
      return issue.issues.map(({ message }) => message).join(', ');
    case 'invalid_union':
      return 'options' in issue ? oneOf(issue.options ?? []) : issue.message;
    default:
      return issue.message;
  }
}

function oneOf(values: readonly z.core.util.Primitive[]): string {
  return `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** The keys that the schema knows at a place. */
function keysAt(path: Path): string[] {
  let nodes: JsonSchema[] = [migrationJsonSchema()];
  for (const part of path) nodes = nodes.flatMap(alternatives).flatMap((node) => child(node, part));
  return [...new Set(nodes.flatMap(alternatives).flatMap(({ properties }) => Object.keys(properties ?? {})))].filter(
    (key) => key !== '$schema',
  );
}

function alternatives(node: JsonSchema): JsonSchema[] {
  return [node, ...(node.oneOf ?? []), ...(node.anyOf ?? [])].filter((one) => typeof one === 'object');
}

function child(node: JsonSchema, part: PropertyKey): JsonSchema[] {
  return [node.properties?.[String(part)], node.additionalProperties].filter((one) => typeof one === 'object');
}
