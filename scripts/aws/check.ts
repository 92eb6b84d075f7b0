import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The project on disk: the repository itself, or a broken copy of it in a test. */
export type Project = { readonly root: string };

/** One thing that is wrong, and where. */
export type Problem = { readonly file: string; readonly line?: number | undefined; readonly message: string };

/** One offline check of what ships for AWS: a rule that nothing else enforces before somebody's account does. */
export type Check = {
  readonly name: string;
  readonly run: (project: Project) => readonly Problem[];
  /** Why it cannot run on this machine; undefined: it can. */
  readonly unavailable?: () => string | undefined;
};

export const AWS_FOLDER = 'config/aws';

export function textOf({ root }: Project, path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Files directly in a folder, as paths from the root, sorted. */
export function filesIn({ root }: Project, folder: string, matching: RegExp): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => matching.test(name))
    .map((name) => `${folder}/${name}`)
    .sort();
}
