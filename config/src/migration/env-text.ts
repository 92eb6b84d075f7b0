const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The environment as a process has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A text with `${NAME}` references to the environment, such as `Bearer ${VENDOR_TOKEN}`. It holds no secret itself and
 * prints as it stands in the file; only {@link EnvText.reveal} gives the value, at the place of use.
 */
export class EnvText {
  readonly template: string;

  constructor(template: string) {
    this.template = template;
  }

  /** The names of the variables it needs. */
  get names(): string[] {
    return referencedNames(this.template);
  }

  /**
   * The text with every reference replaced.
   * @throws RangeError that names the variables that are missing or empty
   */
  reveal(env: Environment): string {
    const missing = this.names.filter((name) => isMissing(env, name));
    if (missing.length > 0) throw new RangeError(`The environment lacks ${missing.join(', ')}.`);
    return this.template.replace(REFERENCE, (_, name: string) => env[name] ?? '');
  }

  toString(): string {
    return this.template;
  }

  toJSON(): string {
    return this.template;
  }
}

/** A JSON object whose texts may refer to the environment; the counterpart of {@link EnvText}. */
export class EnvJson {
  readonly template: Readonly<Record<string, unknown>>;

  constructor(template: Readonly<Record<string, unknown>>) {
    this.template = template;
  }

  /**
   * The object with every reference in its texts replaced.
   * @throws RangeError that names the variables that are missing or empty
   */
  reveal(env: Environment): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(this.template).map(([key, value]) => [key, revealed(value, env)]));
  }

  toJSON(): Readonly<Record<string, unknown>> {
    return this.template;
  }
}

function revealed(value: unknown, env: Environment): unknown {
  if (typeof value === 'string') return new EnvText(value).reveal(env);
  if (Array.isArray(value)) return value.map((inner) => revealed(inner, env));
  if (typeof value !== 'object' || value === null) return value;
  return new EnvJson(value as Record<string, unknown>).reveal(env);
}

/** The names of all variables that a text refers to, each once. */
export function referencedNames(text: string): string[] {
  return [...new Set([...text.matchAll(REFERENCE)].map((match) => match[1] ?? ''))];
}

/** The text without its references: what somebody wrote down literally. */
export function literalPart(text: string): string {
  return text.replace(REFERENCE, '');
}

/** An empty variable is what a pipeline passes on for a secret that is not set: it counts as missing. */
export function isMissing(env: Environment, name: string): boolean {
  return env[name] === undefined || env[name] === '';
}
