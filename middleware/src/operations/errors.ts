/** An error whose words are our own and quote nobody, so that logs and operators may have them whole. */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
}

/**
 * What of an error may stand in a log: our own sentences whole; of anything else its class and its code (Node's and the
 * system's: ENOTFOUND, ECONNRESET), because its message may quote what somebody sent. An error that wraps another one
 * says why by what it wraps.
 */
export function nameOf(error: unknown): string {
  const own = [error, causeOf(error)].find((one) => one instanceof OperatorError);
  if (own !== undefined) return own.message;
  if (!(error instanceof Error)) return `thrown ${typeof error}`;
  const code = codeOf(error) ?? codeOf(causeOf(error));
  return code === undefined ? error.name : `${error.name} ${code}`;
}

/** Node's or the system's code of an error, or undefined. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The first line of the stack: file and line, without the message, which may quote what somebody sent. */
export function placeOf(error: unknown): string | undefined {
  return error instanceof Error ? /^\s+at .*$/m.exec(error.stack ?? '')?.[0].trim() : undefined;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
