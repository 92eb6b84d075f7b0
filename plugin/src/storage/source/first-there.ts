import { Failure } from '../../model/failure.ts';

/**
 * Tries one name after another, each only where there is surely nothing under the one before. Denied is not nothing: what
 * lies under the other name may be another file.
 * @throws the first name's Failure `source-missing` when there is nothing under any
 */
export async function firstThere<T>(names: readonly string[], read: (name: string) => Promise<T>): Promise<T> {
  let first: unknown;
  for (const name of names) {
    try {
      return await read(name);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'source-missing') throw error;
      first ??= error;
    }
  }
  throw first;
}
