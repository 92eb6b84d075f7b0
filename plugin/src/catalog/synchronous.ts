/** The asynchronous methods of a port, as the thread that owns the database carries them out: without promises. */
export type Synchronous<Port> = {
  readonly [M in MethodOf<Port>]: Port[M] extends (...args: infer Args) => Promise<infer Result>
    ? (...args: Args) => Result
    : never;
};

/** The names of a port's asynchronous methods. */
export type MethodOf<Port> = {
  [M in keyof Port]: Port[M] extends (...args: never) => Promise<unknown> ? M : never;
}[keyof Port] &
  string;

/** Every method as a plain call by name. */
export type CallByName = (method: string, args: readonly unknown[]) => Promise<unknown>;

/** Makes the port's methods out of their names, so that no method is written down twice. */
export function promised<Port>(names: readonly string[], call: CallByName): Pick<Port, MethodOf<Port>> {
  return Object.fromEntries(
    names.map((name) => [name, (...args: readonly unknown[]) => call(name, args)]),
  ) as unknown as Pick<Port, MethodOf<Port>>;
}

/** Calls a synchronous method by its name. */
export function callByName(methods: object, name: string, args: readonly unknown[]): unknown {
  const method = (methods as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>)[name];
  if (method === undefined) throw new TypeError(`The catalog has no method ${name}.`);
  return method(...args);
}
