import type { Inventory } from '@file-migration/stand-ins/sfdx-project/inventory';
import { deepValues, each, valueOf, type Element } from '@file-migration/stand-ins/sfdx-project/metadata-xml';

/** The LWC target that a kind of Lightning page needs. */
const TARGETS: Readonly<Record<string, string>> = {
  AppPage: 'lightning__AppPage',
  RecordPage: 'lightning__RecordPage',
  HomePage: 'lightning__HomePage',
};

/**
 * Icons of tabs by their number, as the Metadata API names them (public lists of tab styles). Only the number counts
 * when a tab is deployed: a name of another number shows another icon than was meant.
 */
const MOTIFS: ReadonlySet<string> = new Set([
  'Custom13: Box',
  'Custom16: Bank',
  'Custom18: Form',
  'Custom19: Wrench',
  'Custom24: Building',
  'Custom26: Flag',
  'Custom53: Bell',
  'Custom55: Books',
  'Custom64: Compass',
  'Custom67: Gears',
  'Custom68: Globe',
  'Custom91: Shield',
  'Custom95: Stopwatch',
]);

/** Home pages know no phones ("Configure Your Component for Different Form Factors"). */
const LARGE_ONLY = 'lightning__HomePage';

/** Apps, tabs, pages and the External Client App: each names another. */
export function pageFaults(part: Element, inventory: Inventory): string[] {
  switch (part.name) {
    case 'CustomApplication':
      return unknown(deepValues(part, 'tabs').filter(isOurs), inventory.names('tab'), 'tab');
    case 'CustomTab':
      return [
        ...unknown(deepValues(part, 'flexiPage'), inventory.names('flexipage'), 'Lightning page'),
        ...deepValues(part, 'motif')
          .filter((motif) => !MOTIFS.has(motif))
          .map((motif) => `has the motif ${motif}, which is none that is known (references/pages.ts)`),
      ];
    case 'LightningComponentBundle':
      return formFactorFaults(part);
    case 'FlexiPage':
      return deepValues(part, 'componentName')
        .filter((name) => !name.includes(':'))
        .flatMap((name) => componentFaults(name, TARGETS[valueOf(part, 'type') ?? ''], inventory));
    case 'ExtlClntAppConfigurablePolicies':
    case 'ExtlClntAppGlobalOauthSettings':
    case 'ExtlClntAppOauthSettings':
    case 'ExtlClntAppOauthConfigurablePolicies':
      return [
        ...unknown(deepValues(part, 'externalClientApplication'), inventory.names('eca'), 'External Client App'),
        ...unknown(
          deepValues(part, 'commaSeparatedPermissionSet').flatMap((names) => names.split(/,\s*/)),
          inventory.names('permissionset'),
          'permission set',
        ),
        ...(valueOf(part, 'consumerSecret') === undefined ? [] : ['holds a secret: it is set by hand in Setup']),
      ];
    default:
      return [];
  }
}

function formFactorFaults(bundle: Element): string[] {
  return each(bundle, 'targetConfigs')
    .flatMap((configs) => each(configs, 'targetConfig'))
    .filter((config) => (config.attributes.targets ?? '').split(/,\s*/).includes(LARGE_ONLY))
    .filter((config) =>
      each(config, 'supportedFormFactors')
        .flatMap((factors) => each(factors, 'supportedFormFactor'))
        .some(({ attributes }) => attributes.type !== 'Large'),
    )
    .map(() => `offers ${LARGE_ONLY} on another form factor than Large, which it does not have`);
}

function unknown(names: readonly string[], known: ReadonlySet<string>, what: string): string[] {
  return names.filter((name) => !known.has(name)).map((name) => `names the ${what} ${name}, which does not exist`);
}

function isOurs(tab: string): boolean {
  return !tab.startsWith('standard-');
}

function componentFaults(name: string, target: string | undefined, inventory: Inventory): string[] {
  const [, bundle] = [...inventory.files].find(([path]) => path.endsWith(`/lwc/${name}/${name}.js-meta.xml`)) ?? [];
  if (bundle === undefined) return [`shows the component ${name}, which does not exist`];
  const exposed = valueOf(bundle, 'isExposed') === 'true';
  const fits = target !== undefined && deepValues(bundle, 'target').includes(target);
  return exposed && fits
    ? []
    : [`shows the component ${name}, which is not exposed to ${target ?? 'this kind of page'}`];
}
