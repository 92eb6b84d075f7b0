const MY_DOMAIN = '.my.salesforce.com';

/**
 * Where the org shows pages that may hold a document in a frame: My Domain itself, Lightning, and Visualforce pages of
 * the org's own code. Their hosts follow from My Domain's.
 * Source: Salesforce Help, "My Domain URL Formats".
 */
export function framingOrigins(orgUrl: string): string[] {
  const { origin, hostname } = new URL(orgUrl);
  if (!hostname.endsWith(MY_DOMAIN)) return [origin];
  // acme, or acme--uat.sandbox, or acme-dev-ed.develop
  const [name = '', ...kind] = hostname.slice(0, -MY_DOMAIN.length).split('.');
  const suffix = kind.map((part) => `.${part}`).join('');
  return [origin, `https://${name}${suffix}.lightning.force.com`, `https://${name}--c${suffix}.vf.force.com`];
}
