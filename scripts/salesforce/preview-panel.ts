import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { startSalesforceOrg } from '../../test/stand-ins/salesforce-org/index.ts';
import { startPreview } from './preview/server.ts';
import { projectAt } from './project.ts';

const usage = `npm run preview:panel -- [options]

Shows the Lightning components in a browser, with Salesforce's own base components and design system. What they ask of
Apex is answered by a simulated org, with the SOQL that stands in the Apex classes.

  --org-url URL          the simulated org, such as npm run stand-in:org or the demo starts one (default: a new, empty one)
  --access-token TOKEN   a session of that org (default: SF_ACCESS_TOKEN)
  --port N               port to listen on (default: 8085)
  --without-permission   as somebody sees it who lacks the permission sets`;

const { values } = parseArgs({
  options: {
    'org-url': { type: 'string' },
    'access-token': { type: 'string', default: process.env.SF_ACCESS_TOKEN ?? '' },
    port: { type: 'string', default: '8085' },
    'without-permission': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(usage);
} else {
  const own = values['org-url'] === undefined ? await startSalesforceOrg() : undefined;
  const org = own ?? { url: values['org-url'] ?? '', accessToken: values['access-token'] };
  const preview = await startPreview(projectAt(resolve(import.meta.dirname, '../..')), {
    org,
    port: Number(values.port),
    permitted: !values['without-permission'],
  });
  console.log(`Status panel: ${preview.url}/`);
  console.log(`A document:   ${preview.url}/document/<record id>`);
  console.log(`Simulated org: ${org.url}`);
  const close = (): void => void Promise.all([preview.close(), own?.close()]);
  process.once('SIGINT', close);
  process.once('SIGTERM', close);
}
