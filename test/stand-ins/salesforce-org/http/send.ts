import type { ServerResponse } from 'node:http';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';
import type { Org } from '../org.ts';
import type { Answer } from './router.ts';

const GZIP_FROM = 1_024;

/** Sends an answer, compressed for those who accept it; `cutAt` breaks the connection after so many bytes. */
export async function send(
  org: Org,
  response: ServerResponse,
  answer: Answer,
  cutAt: number | undefined,
): Promise<void> {
  const request = response.req;
  response.statusCode = answer.status;
  response.setHeader('Date', new Date(org.now()).toUTCString());
  response.setHeader('Sforce-Limit-Info', `api-usage=${org.limits.used}/${org.limits.apiRequests}`);
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  // an unread body would be taken for the next request
  if (!request.complete) response.setHeader('Connection', 'close');
  const gzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '') && request.method !== 'HEAD';
  if (answer.stream) return sendStream(response, answer.stream, gzip, cutAt);
  const [type, bytes] = content(answer);
  if (type !== undefined && !response.hasHeader('Content-Type')) response.setHeader('Content-Type', type);
  const zipped = gzip && bytes.length >= GZIP_FROM && !response.hasHeader('Content-Encoding');
  if (zipped) response.setHeader('Content-Encoding', 'gzip');
  const payload = zipped ? gzipSync(bytes) : bytes;
  if (answer.status !== 204 && answer.status !== 304) response.setHeader('Content-Length', payload.length);
  if (cutAt === undefined) {
    response.end(request.method === 'HEAD' ? undefined : payload);
    return;
  }
  if (cutAt > 0) await new Promise((resolve) => response.write(payload.subarray(0, cutAt), resolve));
  response.destroy();
}

function content(answer: Answer): [type: string | undefined, bytes: Buffer] {
  if (answer.bytes !== undefined) return [undefined, answer.bytes];
  if (answer.html !== undefined) return ['text/html;charset=UTF-8', Buffer.from(answer.html)];
  if (answer.json === undefined) return [undefined, Buffer.alloc(0)];
  return ['application/json;charset=UTF-8', Buffer.from(JSON.stringify(answer.json))];
}

async function sendStream(
  response: ServerResponse,
  stream: Readable,
  gzip: boolean,
  cutAt: number | undefined,
): Promise<void> {
  if (gzip) response.setHeader('Content-Encoding', 'gzip');
  const steps: NodeJS.ReadWriteStream[] = gzip ? [createGzip({ level: 1 })] : [];
  if (cutAt !== undefined) steps.push(cutter(response, cutAt));
  await pipeline([stream, ...steps, response]);
}

/** Lets so many bytes through, then breaks the connection. */
function cutter(response: ServerResponse, cutAt: number): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const rest = Math.max(cutAt - passed, 0);
      passed += chunk.length;
      if (chunk.length <= rest) {
        done(null, chunk);
        return;
      }
      if (rest > 0) this.push(chunk.subarray(0, rest));
      setTimeout(() => response.destroy(), 5);
    },
    flush() {
      response.destroy();
    },
  });
}
