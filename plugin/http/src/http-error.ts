/**
 * What can be wrong below the meaning of an answer; failures of the socket and of TLS keep Node's own codes.
 * - `connect-time-out`, `headers-time-out`, `body-time-out`: nothing moved for too long.
 * - `connection-closed`: the other side hung up before its answer was whole.
 * - `malformed-answer`: what came is not HTTP/1.1, or could be read in two ways.
 * - `unsendable-request`: a header or path holds what HTTP cannot carry.
 * - `short-body`, `long-body`: the body has another length than it says, or than its reader accepts.
 * - `cancelled`: the reader gave up the rest of a body.
 * - `proxy-refused`: the proxy did not open a tunnel to the host.
 */
export type HttpErrorCode =
  | 'connect-time-out'
  | 'headers-time-out'
  | 'body-time-out'
  | 'connection-closed'
  | 'malformed-answer'
  | 'unsendable-request'
  | 'short-body'
  | 'long-body'
  | 'cancelled'
  | 'proxy-refused';

export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: HttpErrorCode;

  constructor(code: HttpErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export function malformed(what: string): HttpError {
  return new HttpError('malformed-answer', `The answer is not proper HTTP: ${what}.`);
}
