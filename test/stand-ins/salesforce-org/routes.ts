import { bulkIngestRoutes } from './bulk/ingest-routes.ts';
import { bulkQueryRoutes } from './bulk/query-routes.ts';
import type { Route } from './http/router.ts';
import { controlRoutes } from './control-routes.ts';
import { authorizeRoutes } from './oauth/authorize.ts';
import { discoveryRoutes } from './oauth/discovery.ts';
import { tokenRoutes } from './oauth/token.ts';
import { identityRoutes } from './oauth/identity.ts';
import { collectionRoutes } from './rest/collections.ts';
import { compositeRoutes } from './rest/composite.ts';
import { describeRoutes } from './rest/describe.ts';
import { limitRoutes } from './rest/limits.ts';
import { queryRoutes } from './rest/query.ts';
import { recordRoutes } from './rest/records.ts';
import { versionRoutes } from './rest/versions.ts';

/** What a composite call can be made of. */
const restRoutes: readonly Route[] = [
  ...versionRoutes,
  ...limitRoutes,
  ...queryRoutes,
  ...collectionRoutes,
  ...describeRoutes,
  ...recordRoutes,
];

/** Everything the org answers; the first match wins. */
export const routes: readonly Route[] = [
  ...compositeRoutes(restRoutes),
  ...bulkQueryRoutes,
  ...bulkIngestRoutes,
  ...restRoutes,
  ...discoveryRoutes,
  ...identityRoutes,
  ...authorizeRoutes,
  ...tokenRoutes,
  ...controlRoutes,
];
