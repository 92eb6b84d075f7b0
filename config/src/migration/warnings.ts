import type { MigrationConfig } from './schema.ts';

/** What is allowed but probably not meant, one sentence each. */
export function warnings({ key, link, source }: MigrationConfig): string[] {
  const found: string[] = [];
  if (key.fileNames === 'nameless' && key.template.includes('{accountName}')) {
    found.push('key.fileNames is "nameless", but key.layout shows {accountName} in every address.');
  }
  if (link.style === 's3' && key.fileNames === 'kept') {
    found.push(
      'link.style is "s3": long names, percent-encoded, may not fit the URL field; key.fileNames "nameless" and a layout without {accountName} do.',
    );
  }
  if (source.vendorApi !== undefined && !source.methods.includes('vendor-api')) {
    found.push('source.vendorApi is described, but source.methods does not list "vendor-api".');
  }
  return found;
}
