/** What the settings of the predecessor are called here, for those who bring their file along. */
export const PREDECESSOR_SETTINGS: ReadonlyMap<string, string> = new Map([
  ['batch_size', 'backup.documentsPerClaim'],
  ['max_file_size_mb', 'filters.maxFileSizeMb'],
  ['allowed_extensions', 'filters.allowedExtensions'],
  ['dry_run', 'the flag --dry-run'],
  ['test_single_account', 'the flag --account'],
  ['test_account_id', 'the flag --account with an id'],
  ['test_account_name', 'the flag --account with a name'],
  ['max_test_files', 'the flag --limit'],
]);
