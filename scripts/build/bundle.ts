import { build } from 'rolldown';

/** Packages that become part of what is built; all others are installed beside it. */
const included = ['@file-migration/config', '@file-migration/http'];

export type Bundle = {
  /** Files to be made, without extension, and the sources that they begin with. */
  readonly entries: Readonly<Record<string, string>>;
  /** Folder; what is in it stays. Parts that several entries need stand in it beside them. */
  readonly into: string;
};

/**
 * Makes few JavaScript files out of many sources.
 * @throws what rolldown finds wrong
 */
export async function bundle({ entries, into }: Bundle): Promise<void> {
  await build({
    input: entries,
    platform: 'node',
    external: (id) => isPackage(id) && !included.some((name) => id === name || id.startsWith(`${name}/`)),
    resolve: { conditionNames: ['@file-migration/source', 'node', 'import', 'require', 'default'] },
    output: {
      dir: into,
      format: 'esm',
      sourcemap: true,
      // Comments are in the sources; and one letter beyond ASCII makes V8 keep a whole file with two bytes a letter.
      comments: false,
      charset: 'ascii',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
    },
    logLevel: 'warn',
  });
}

function isPackage(id: string): boolean {
  return /^[@\w]/.test(id) && !/^[A-Za-z]:[\\/]/.test(id);
}
