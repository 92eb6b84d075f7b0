import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A Salesforce DX project on disk: the repository itself, or a broken copy of it in a test. */
export type Project = {
  readonly root: string;
  /** Folders that go to an org, in the order of their deployment. */
  readonly sources: readonly string[];
  /** What an org has already: known to the checks, not checked for completeness. */
  readonly given: readonly string[];
};

/** One thing that is wrong, and where. */
export type Problem = { readonly file: string; readonly line?: number | undefined; readonly message: string };

export const SOURCES = [
  'force-app/main',
  'force-app/document',
  'force-app/settings',
  'force-app/redirect-app',
] as const;
export const GIVEN = ['test/org-metadata'] as const;

export function projectAt(root: string): Project {
  return { root, sources: SOURCES, given: GIVEN };
}

/** All files of the project's folders, as paths from its root, sorted. */
export function filesOf(
  project: Project,
  matching: (path: string) => boolean,
  folders = allFolders(project),
): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(project.root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(project.root, join(entry.parentPath, entry.name))),
    )
    .filter(matching)
    .sort();
}

export function allFolders(project: Project): readonly string[] {
  return [...project.sources, ...project.given];
}

export function textOf(project: Project, path: string): string {
  return readFileSync(join(project.root, path), 'utf8');
}
