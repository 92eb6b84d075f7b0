/** The five means of reading a source. */
export const WAYS = ['server-side-copy', 's3', 'https', 'vendor-api', 'salesforce-file'] as const;
export type CopyMethod = (typeof WAYS)[number];
