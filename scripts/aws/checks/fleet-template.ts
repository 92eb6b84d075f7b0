import { parse } from 'yaml';
import { AWS_FOLDER, textOf, type Check } from '../check.ts';

const FILE = `${AWS_FOLDER}/fleet.yaml`;
/** A worker does what `sf migrate files` does with files, so it may what that may. */
const POLICIES = ['iam-migrator.json', 'iam-vendor-read.json'];

/** That a worker's role is the policies of the migrator, no more and no less, and that nothing in Salesforce is its. */
export const fleetTemplate: Check = {
  name: 'fleet template',
  run: (project) => {
    const messages: string[] = [];
    const { Resources } = parse(textOf(project, FILE), { logLevel: 'error' }) as {
      Resources: Readonly<Record<string, unknown>>;
    };
    const granted = actionsIn(Resources.TaskRole);
    const documented = POLICIES.flatMap((name) => actionsIn(JSON.parse(textOf(project, `${AWS_FOLDER}/${name}`))));
    for (const action of new Set(documented)) {
      if (!granted.includes(action)) messages.push(`a worker may not ${action}, which ${POLICIES.join(' or ')} grants`);
    }
    for (const action of new Set(granted)) {
      if (action.startsWith('s3:') && !documented.includes(action)) {
        messages.push(`a worker may ${action}, which neither ${POLICIES.join(' nor ')} grants`);
      }
    }
    for (const folder of new Set(POLICIES.flatMap((name) => ownFoldersIn(textOf(project, `${AWS_FOLDER}/${name}`))))) {
      if (!JSON.stringify(Resources.TaskRole).includes(`/${folder}/*`)) {
        messages.push(`a worker or coordinator may not delete in ${folder}, which the policies grant`);
      }
    }
    const worker = JSON.stringify([Resources.WorkerTaskDefinition, Resources.WorkerExecutionRole]);
    if (worker.includes('SFDX_AUTH_URL') || worker.includes('LoginSecretArn')) {
      messages.push('a worker gets the login to Salesforce, which is the coordinator’s alone');
    }
    return messages.map((message) => ({ file: FILE, message }));
  },
};

function actionsIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = 'Action' in node ? [node.Action].flat().map(String) : [];
  return [...own, ...Object.values(node).flatMap(actionsIn)].filter((action) => !action.startsWith('sts:'));
}

/** Our own folders that a policy names: `.file-migration/probe`. */
function ownFoldersIn(policy: string): string[] {
  return [...policy.matchAll(/\/(\.file-migration\/[a-z]+)\/\*/g)].map(([, folder = '']) => folder);
}
