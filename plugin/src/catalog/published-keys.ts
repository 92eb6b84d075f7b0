/** How the key of each kind of published row begins; a run's number follows, an account's id, an error's kind. */
export const keyPrefix = {
  run: 'run:',
  account: 'account:',
  error: 'error:',
  errorClass: 'error:class:',
  errorDocument: 'error:document:',
} as const;

/** The account's key for the documents without account. */
export const noAccountKey = `${keyPrefix.account}none`;
