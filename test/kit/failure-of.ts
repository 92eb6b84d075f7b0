import { Failure } from '../../plugin/src/model/failure.ts';

/** The Failure that a promise must reject with. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const answer = await promise.then(
    (value) => new Error(`It did not fail but answered ${JSON.stringify(value)}.`),
    (error: unknown) => error,
  );
  if (answer instanceof Failure) return answer;
  throw answer;
}

/** Reads to the end. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
