/** The five means of reading a source. */
export const COPY_METHODS = ['server-side-copy', 's3', 'https', 'vendor-api', 'salesforce-file'] as const;
export type CopyMethod = (typeof COPY_METHODS)[number];
