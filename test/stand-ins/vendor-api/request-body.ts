import type { IncomingMessage } from 'node:http';
import { parseSalesforceId } from '@file-migration/config';

const LARGEST_BODY = 16_384;

/**
 * Reads the body to its end and answers whether it is a JSON object that names a record by its id. The predecessor's
 * notes do not say what the member is called, so any name will do.
 */
export async function namesRecord(request: IncomingMessage): Promise<boolean> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size <= LARGEST_BODY) pieces.push(piece);
  }
  if (size > LARGEST_BODY) return false;
  try {
    const body: unknown = JSON.parse(Buffer.concat(pieces).toString('utf8'));
    return typeof body === 'object' && body !== null && Object.values(body).some(isRecordId);
  } catch {
    return false;
  }
}

function isRecordId(value: unknown): boolean {
  return typeof value === 'string' && parseSalesforceId(value) !== undefined;
}
