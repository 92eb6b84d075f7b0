/** An answer of the REST API that is no success: `[{ errorCode, message }]` under a status. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly fields: readonly string[] | undefined;

  constructor(status: number, code: string, message: string, fields?: readonly string[]) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

/** Something Salesforce has and this stand-in has not: answered and logged loudly, never guessed. */
export function notImplemented(what: string): ApiError {
  return new ApiError(501, 'NOT_IMPLEMENTED_BY_STAND_IN', `The stand-in org does not implement ${what}.`);
}
