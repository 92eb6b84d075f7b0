import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { ApiError } from './api-error.ts';

const BODY_LIMIT = 50 * 1024 * 1024;

export function errorBody(error: ApiError): { message: string; errorCode: string; fields?: readonly string[] } {
  return { message: error.message, errorCode: error.code, ...(error.fields ? { fields: error.fields } : {}) };
}

export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    throw new ApiError(400, 'JSON_PARSER_ERROR', 'The HTTP entity body is required to be valid JSON');
  }
}

export async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new ApiError(413, 'REQUEST_TOO_LARGE', 'The request entity is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads until so many bytes of the request have arrived. */
export async function readBytes(request: IncomingMessage, count: number): Promise<void> {
  let size = 0;
  if (count === 0) return;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size >= count) return;
  }
}
