/** Of the endpoints that the config names: few, and asked for with every document. */
const origins = new Map<string, string>();

/** The origin of a configured endpoint. */
export function endpointOrigin(endpoint: string): string {
  let origin = origins.get(endpoint);
  if (origin === undefined) origins.set(endpoint, (origin = new URL(endpoint).origin));
  return origin;
}
