import { isMissing, literalPart, referencedNames, type Environment } from './env-text.ts';
import { jsonPath, textsOf, type Path } from './json-path.ts';
import { literalSecret } from './literal-secrets.ts';
import type { ConfigProblem } from './config-problem.ts';

/** The only places of a config where `${NAME}` is read, and where no message ever shows what stands there. */
const SECRET_PLACES = [
  ['source', 'credentials'],
  ['source', 'hosts', '*', 'credentials'],
  ['target', 'credentials'],
  ['source', 'vendorApi', 'headers'],
  ['source', 'vendorApi', 'body'],
  ['fleet', 'url'],
] as const;

/** Says whether a path lies in a place for secrets. */
export function isSecretPlace(path: Path): boolean {
  return SECRET_PLACES.some((place) =>
    place.every((part, index) => (part === '*' ? index < path.length : path[index] === part)),
  );
}

/** Says whether a header or a field of a body is there to carry a secret, by its name. */
function isSecretName(name: string): boolean {
  return /auth|token|secret|cookie|password|signature|credential|api[-_]?key|^x-.*key$/i.test(name);
}

/** Says whether nothing stands literally in a text but the name of a scheme: `Bearer ${TOKEN}`. */
function isOnlyReference(text: string): boolean {
  return referencedNames(text).length > 0 && /^\s*(?:[A-Za-z][A-Za-z-]{0,15}\s)?\s*$/.test(literalPart(text));
}

/** Secrets that stand in the file literally, wherever that is, comments included. */
export function literalSecretProblems(raw: unknown): ConfigProblem[] {
  return [...textsOf(raw)].flatMap(({ path, text }) => {
    const kind = literalSecret(text);
    if (kind === undefined) return [];
    return [{ path: jsonPath(path), found: `${kind} (hidden)`, expected: 'no secret in the file' + instead(path) }];
  });
}

/** Headers and fields of a body that are there to carry a secret, and carry a literal text. */
export function nakedSecrets(raw: unknown): ConfigProblem[] {
  return [...textsOf(raw)]
    .filter(({ path }) => isSecretPlace(path) && path[1] === 'vendorApi')
    .filter(({ path, text }) => path.slice(3).some((part) => isSecretName(String(part))) && !isOnlyReference(text))
    .map(({ path }) => ({
      path: jsonPath(path),
      found: 'a literal text (hidden)',
      expected: 'a reference to the environment, e.g. "Bearer ${VENDOR_TOKEN}"',
    }));
}

/** References to the environment where none is read: left alone they would be used as they stand. */
export function strayReferences(raw: unknown): ConfigProblem[] {
  return [...textsOf(raw)]
    .filter(({ path, text }) => text.includes('${') && !isSecretPlace(path))
    .map(({ path }) => ({
      path: jsonPath(path),
      found: 'a reference to the environment',
      expected:
        'the value itself; references are read in credentials, in fleet.url, and in headers and body of source.vendorApi',
    }));
}

/** A variable that the config refers to and the environment lacks. */
export type MissingVariable = {
  readonly name: string;
  /** Where the config refers to it: `target.credentials.accessKeyId`. */
  readonly path: string;
};

export function missingVariables(raw: unknown, env: Environment): MissingVariable[] {
  // the fleet's address is asked for where a fleet is
  const needed = [...textsOf(raw)].filter(({ path }) => isSecretPlace(path) && path[0] !== 'fleet');
  return needed.flatMap(({ path, text }) =>
    referencedNames(text)
      .filter((name) => isMissing(env, name))
      .map((name) => ({ name, path: jsonPath(path) })),
  );
}

export function missingVariableProblem({ name, path }: MissingVariable): ConfigProblem {
  return {
    path,
    found: `a reference to ${name}, which the environment does not hold`,
    expected: `${name} to be set`,
  };
}

function instead(path: Path): string {
  return isSecretPlace(path) ? ', but a reference to the environment such as ${NAME}' : '';
}
