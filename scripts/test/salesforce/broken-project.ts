import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { allFolders, projectAt, type Project } from '@file-migration/stand-ins/sfdx-project/project';

const ROOT = resolve(import.meta.dirname, '../../..');

/** A copy of the Salesforce side in which things can be broken. */
export class BrokenProject {
  readonly project: Project;

  constructor() {
    this.project = projectAt(mkdtempSync(join(tmpdir(), 'broken-salesforce-')));
    for (const path of [
      'sfdx-project.json',
      'force-app/.prettierrc.json',
      'force-app/eslint.config.js',
      'jest.config.cjs',
      'test/lwc',
      ...allFolders(this.project),
    ]) {
      cpSync(join(ROOT, path), join(this.project.root, path), { recursive: true });
    }
    for (const path of ['node_modules', 'package.json']) symlinkSync(join(ROOT, path), join(this.project.root, path));
  }

  /** Changes one file, and says how to change it back. Throws when the change changes nothing. */
  change(path: string, edit: (text: string) => string): () => void {
    const file = join(this.project.root, path);
    const before = readFileSync(file, 'utf8');
    const after = edit(before);
    if (after === before) throw new Error(`The sample does not break ${path} any more.`);
    writeFileSync(file, after);
    return () => writeFileSync(file, before);
  }

  /** Adds a file, and says how to take it away again. */
  add(path: string, text: string): () => void {
    const file = join(this.project.root, path);
    writeFileSync(file, text, { flag: 'wx' });
    return () => rmSync(file);
  }

  remove(): void {
    rmSync(this.project.root, { recursive: true, force: true });
  }
}
