/** The host in the documents' URLs; the config says which bucket that is. */
export const SOURCE_HOST = 'files.vendor.example';
