import { S3Error } from './s3-error.ts';

export type ByteRange = { readonly start: number; readonly end: number };

/**
 * The one range that a Range header asks for, `end` exclusive. Undefined when S3 answers with the whole object: no
 * header, several ranges, or one that is not well-formed. Throws InvalidRange for a range outside the object.
 */
export function readRange(text: string | undefined, size: number): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/u.exec(text ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start < end) return { start, end };
  throw new S3Error('InvalidRange', 'The requested range is not satisfiable', {
    elements: { RangeRequested: text ?? '', ActualObjectSize: String(size) },
    headers: { 'content-range': `bytes */${size}` },
  });
}
