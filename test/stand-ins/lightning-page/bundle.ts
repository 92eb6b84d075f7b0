import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import lwcPlugin from '@lwc/rollup-plugin';
import replacePlugin from '@rollup/plugin-replace';
import { rollup, type Plugin } from 'rollup';
import { filesOf, textOf, type Project } from '../sfdx-project/project.ts';
import { each, parseXml, valueOf } from '../sfdx-project/metadata-xml.ts';

/** Both are CommonJS to TypeScript and modules to Node. */
const lwc = lwcPlugin as unknown as (options: object) => Plugin;
const replace = replacePlugin as unknown as (options: object) => Plugin;

const HERE = import.meta.dirname;
const BASE = join(dirname(fileURLToPath(import.meta.resolve('lightning-base-components/package.json'))));
const PLATFORM = join(HERE, 'platform.js');
const MARK = '\0platform:';

/** The project's components with Salesforce's own base components, as one script for a browser. */
export async function bundle(project: Project): Promise<string> {
  const components = filesOf(project, (path) => /\/lwc\/(\w+)\/\1\.js$/.test(path)).map((path) =>
    join(project.root, path),
  );
  const build = await rollup({
    input: join(HERE, 'main.js'),
    plugins: [
      replace({
        preventAssignment: true,
        values: { 'import.meta.env.SSR': 'false', 'process.env.NODE_ENV': '"development"' },
      }),
      platformModules(project),
      lwc({
        rootDir: HERE,
        enableDynamicComponents: true,
        enableLwcOn: true,
        enableLwcSpread: true,
        modules: [
          ...components.map((path) => ({ name: `c/${path.split('/').at(-2) ?? ''}`, path })),
          ...baseComponents(),
          ...['@lwc/synthetic-shadow', '@lwc/wire-service'].map((name) => ({ name, path: entryOf(name) })),
          { name: 'lwc', path: entryOf('@lwc/engine-dom') },
        ],
      }),
    ],
    onwarn: (warning, warn) => {
      if (!(warning.id ?? warning.loc?.file ?? warning.message).includes('lightning-base-components')) warn(warning);
    },
  });
  const { output } = await build.generate({ format: 'iife', inlineDynamicImports: true });
  await build.close();
  return output[0].code;
}

function entryOf(name: string): string {
  return join(dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`))), 'dist/index.js');
}

function baseComponents(): { name: string; path: string }[] {
  const described = JSON.parse(readFileSync(join(BASE, 'package.json'), 'utf8')) as {
    lwc: { modules: { name?: string; path?: string }[] };
  };
  const platform = described.lwc.modules.flatMap(({ name, path }) =>
    name === undefined || path === undefined ? [] : [{ name, path: join(BASE, path) }],
  );
  const folder = join(BASE, 'src/lightning');
  const components = readdirSync(folder).flatMap((name) => {
    const path = ['js', 'css'].map((extension) => join(folder, name, `${name}.${extension}`)).find(existsSync);
    return path === undefined ? [] : [{ name: `lightning/${name}`, path }];
  });
  return [...components, ...platform];
}

/** Modules that the platform serves. Anything that is not named here fails the build. */
function platformModules(project: Project): Plugin {
  const labels = labelsOf(project);
  const icons = iconsNamedIn(project);
  const ours = (id: string): boolean =>
    /^@salesforce\/(?:apex|schema|customPermission)(?:\/|$)|^@salesforce\/label\/c\./.test(id) ||
    /^lightning\/(?:empApi|navigation|uiRecordApi|iconSvgTemplates\w*)$/.test(id);
  return {
    name: 'platform-modules',
    resolveId: (id) => (id === PLATFORM ? id : ours(id) ? MARK + id : null),
    load(id) {
      if (!id.startsWith(MARK)) return null;
      const source = moduleSource(id.slice(MARK.length), { labels, icons });
      if (source === undefined) this.error(`the preview does not serve ${id.slice(MARK.length)}`);
      return source;
    },
  };
}

type Given = {
  readonly labels: ReadonlyMap<string, string>;
  readonly icons: ReadonlySet<string>;
};

function moduleSource(id: string, { labels, icons }: Given): string | undefined {
  const from = JSON.stringify(PLATFORM);
  if (id === '@salesforce/apex') return `export { refreshApex } from ${from};`;
  if (id === 'lightning/uiRecordApi') return `export { getRecord, getFieldValue } from ${from};`;
  if (id === 'lightning/navigation') return `export { NavigationMixin } from ${from};`;
  if (id === 'lightning/empApi') {
    return `import { empApi } from ${from};\nexport const { isEmpEnabled, onError, subscribe, unsubscribe } = empApi;`;
  }
  const [, kind = '', name = ''] = /^@salesforce\/(apex|schema|customPermission|label)\/(?:c\.)?(.+)$/.exec(id) ?? [];
  switch (kind) {
    case 'apex':
      return `import { apexMethod } from ${from};\nexport default apexMethod(${JSON.stringify(name)});`;
    case 'schema': {
      const [objectApiName, fieldApiName] = name.split('.');
      return `export default ${JSON.stringify({ objectApiName, fieldApiName })};`;
    }
    case 'customPermission':
      return 'export default globalThis.previewPermitted;';
    case 'label': {
      const text = labels.get(name);
      return text === undefined ? undefined : `export default ${JSON.stringify(text)};`;
    }
    default:
      return iconModule(id, icons);
  }
}

function labelsOf(project: Project): Map<string, string> {
  const files = filesOf(project, (path) => path.endsWith('.labels-meta.xml'));
  const labels = files.flatMap((path) => each(parseXml(textOf(project, path)), 'labels'));
  return new Map(labels.map((label) => [valueOf(label, 'fullName') ?? '', valueOf(label, 'value') ?? '']));
}

/** Only the icons that somebody names: all of them are 3,000 templates. */
function iconsNamedIn(project: Project): Set<string> {
  const own = filesOf(project, (path) => /\/lwc\/.*\.(?:js|html)$/.test(path)).map((path) => textOf(project, path));
  const base = readdirSync(join(BASE, 'src/lightning'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:js|html)$/.test(path) && !path.startsWith('iconSvgTemplates'))
    .map((path) => readFileSync(join(BASE, 'src/lightning', path), 'utf8'));
  // messages put the name of an icon together from their kind
  const kinds = ['utility:error', 'utility:info', 'utility:warning'];
  return new Set([
    ...kinds,
    ...[...own, ...base].flatMap((text) => [...text.matchAll(/\b(?:standard|utility):\w+/g)].map(([name]) => name)),
  ]);
}

function iconModule(id: string, icons: ReadonlySet<string>): string | undefined {
  const set = /^lightning\/iconSvgTemplates(Standard|Utility)$/.exec(id)?.[1];
  if (set === undefined) return id.startsWith('lightning/iconSvgTemplates') ? 'export default {};' : undefined;
  const folder = join(BASE, `src/lightning/iconSvgTemplates${set}/buildTemplates/${set.toLowerCase()}`);
  const names = [...icons]
    .filter((icon) => icon.startsWith(`${set.toLowerCase()}:`))
    .map((icon) => icon.split(':')[1] ?? '')
    .filter((name) => existsSync(join(folder, `${name}.html`)));
  const imports = names.map(
    (name, index) => `import icon${index} from ${JSON.stringify(join(folder, `${name}.html`))};`,
  );
  const entries = names.map((name, index) => `${set.toLowerCase()}_${name}: icon${index}`);
  return `${imports.join('\n')}\nexport default { ${entries.join(', ')} };`;
}
