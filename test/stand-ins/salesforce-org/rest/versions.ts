import { NEWEST_VERSION, OLDEST_VERSION } from '../org.ts';
import { identityUrl } from '../oauth/identity.ts';
import { openRoute, type Call, type Route } from '../http/router.ts';

const versions = Array.from({ length: NEWEST_VERSION - OLDEST_VERSION + 1 }, (_, index) => {
  const version = OLDEST_VERSION + index;
  // v68 is Winter '27, and there are three releases a year
  const age = NEWEST_VERSION - version;
  const season = ['Winter', 'Summer', 'Spring'][age % 3] ?? '';
  const label = `${season} '${27 - Math.ceil(age / 3)}`;
  return { label, url: `/services/data/v${version}.0`, version: `${version}.0` };
});

const resources = ['sobjects', 'query', 'queryAll', 'limits', 'composite', 'jobs', 'tooling'];

/** What versions there are, and what there is in one. */
export const versionRoutes: readonly Route[] = [
  openRoute('GET', '/services/data', 'versions', () => ({ status: 200, json: versions })),
  openRoute('GET', '/services/data/v:version.0', 'resources', (call: Call) => {
    call.org.refuseVersion(call.version);
    const path = `/services/data/v${call.version}.0`;
    const json = Object.fromEntries(resources.map((name) => [name, `${path}/${name}`]));
    const user = call.org.userOf(call.headers.authorization);
    return { status: 200, json: user ? { ...json, identity: identityUrl(call.org, user) } : json };
  }),
];
