export type SaveError = { readonly statusCode: string; readonly message: string; readonly fields: readonly string[] };
/** What became of one record, as collections and Bulk tell it. */
export type SaveResult =
  | { readonly success: true; readonly id: string; readonly created: boolean; readonly errors: readonly [] }
  | { readonly success: false; readonly id: string | undefined; readonly errors: readonly [SaveError, ...SaveError[]] };

export function saved(id: string, created: boolean): SaveResult {
  return { success: true, id, created, errors: [] };
}

export function refused(
  id: string | undefined,
  code: string,
  message: string,
  fields: readonly string[] = [],
): SaveResult {
  return { success: false, id, errors: [{ statusCode: code, message, fields }] };
}
