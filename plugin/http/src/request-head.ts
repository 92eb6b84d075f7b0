import { HttpError } from './http-error.ts';
import { HEADER_NAME, type HttpRequest } from './messages.ts';

/** Also obs-text, https://www.rfc-editor.org/rfc/rfc9110#section-5.5; a line break would begin another header. */
const UNSENDABLE_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
const PATH = /^\/[\x21-\x7e]*$/;

/**
 * A request up to its body, one character a byte.
 * @throws HttpError `unsendable-request`
 */
export function requestHead({ method, path, origin, headers, body }: HttpRequest): string {
  if (!PATH.test(path)) throw unsendable('its path');
  let head = `${method} ${path} HTTP/1.1\r\n`;
  if (headers.host === undefined) head += `host: ${new URL(origin).host}\r\n`;
  for (const name in headers) {
    const value = headers[name] ?? '';
    if (!HEADER_NAME.test(name) || UNSENDABLE_VALUE.test(value)) throw unsendable(`header ${JSON.stringify(name)}`);
    head += `${name}: ${value}\r\n`;
  }
  if (body !== undefined || method === 'PUT' || method === 'POST') head += `content-length: ${body?.length ?? 0}\r\n`;
  return `${head}\r\n`;
}

function unsendable(what: string): HttpError {
  return new HttpError(
    'unsendable-request',
    `The request cannot be sent as it is: ${what} holds forbidden characters.`,
  );
}
