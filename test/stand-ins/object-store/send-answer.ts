import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Blobs, Content } from './blobs.ts';
import { slice } from './blobs.ts';
import type { Answer } from './call.ts';
import type { StoreFault } from './store-faults.ts';

/** Bodies up to here are sent in one piece. */
const smallBytes = 256 * 1024;

/** Writes an answer, with what a fault does to its body. Resolves when it is sent or can no longer be. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  blobs: Blobs,
  fault: StoreFault | undefined,
): Promise<void> {
  const { status, body } = shortened(answer, fault);
  const bytes = typeof body === 'string' ? Buffer.from(body) : undefined;
  const headers: Record<string, string> = { ...answer.headers };
  const size = bytes?.length ?? (body as Content | undefined)?.size;
  if (size !== undefined) headers['content-length'] = String(size);
  else if (response.req.method !== 'HEAD' && status !== 204 && status !== 304) headers['content-length'] = '0';
  if (fault?.kind === 'no-checksums') {
    for (const name of Object.keys(headers))
      if (name.startsWith('x-amz-checksum-')) Reflect.deleteProperty(headers, name);
  }
  if (fault?.kind === 'weak-etag' && headers.etag !== undefined) headers.etag = `W/${headers.etag}`;
  if (fault?.kind === 'no-length') {
    Reflect.deleteProperty(headers, 'content-length');
    headers.connection = 'close';
    response.useChunkedEncodingByDefault = false;
  }
  response.writeHead(status, headers);
  if (response.req.method === 'HEAD' || body === undefined) {
    response.end();
    return;
  }
  const content = typeof body === 'string' ? undefined : body;
  const pieces = (end: number): Iterable<Buffer> =>
    bytes ? [bytes.subarray(0, end)] : blobs.read(content ?? { size: 0, extents: [] }, 0, end);
  if (fault?.kind === 'cut-body' || fault?.kind === 'stall-body') {
    for (const piece of pieces(Math.min(fault.afterBytes, size ?? 0))) await write(response, piece);
    if (fault.kind === 'cut-body') response.destroy();
    return;
  }
  const whole = fault?.kind === 'corrupt' ? corrupt(pieces(size ?? 0)) : pieces(size ?? 0);
  if ((size ?? 0) <= smallBytes) response.end(join([...whole]));
  else await pipeline(Readable.from(whole), response);
}

const join = (pieces: readonly Buffer[]): Buffer =>
  pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);

function write(response: ServerResponse, piece: Buffer): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.write(piece, () => resolve());
  });
}

function shortened(answer: Answer, fault: StoreFault | undefined): Answer {
  const bytes = fault?.kind === 'short-body' || fault?.kind === 'no-length' ? fault.bytes : undefined;
  return bytes === undefined ? answer : shorten(answer, bytes);
}

function shorten(answer: Answer, bytes: number): Answer {
  const { body } = answer;
  if (body === undefined) return answer;
  return {
    ...answer,
    body: typeof body === 'string' ? body.slice(0, bytes) : slice(body, 0, Math.min(bytes, body.size)),
  };
}

/** The same number of bytes, the first of them inverted. */
function* corrupt(pieces: Iterable<Buffer>): Generator<Buffer> {
  let isFirst = true;
  for (const piece of pieces) {
    if (isFirst && piece.length > 0) {
      const wrong = Buffer.from(piece);
      wrong[0] = ~(wrong[0] ?? 0) & 255;
      isFirst = false;
      yield wrong;
    } else yield piece;
  }
}
