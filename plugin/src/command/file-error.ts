import { dirname } from 'node:path';

/** What the operating system said of a file or folder, for a person: the sentence and what to do. */
export type FileTrouble = { readonly sentence: string; readonly actions: readonly string[] };

/** Undefined when the error is none of the file system's. */
export function fileTrouble(error: Error): FileTrouble | undefined {
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return {
      sentence: `The disk is full${path === undefined ? '' : `: ${path} cannot be written`}.`,
      actions: ['Free some space and run the same command again: what was done is kept.'],
    };
  }
  if (path === undefined || syscall === undefined) return undefined;
  switch (code) {
    case 'ENOENT':
      return {
        sentence: `${path} cannot be opened: it, or the folder ${dirname(path)}, does not exist.`,
        actions: ['Make the folder, or name another file.'],
      };
    case 'EACCES':
    case 'EPERM':
      return {
        sentence: `${path} cannot be opened: this user may not.`,
        actions: ['Give this user access to it and to its folder, or name another file.'],
      };
    case 'EROFS':
      return {
        sentence: `${path} cannot be written: its file system is read-only.`,
        actions: ['Name a file elsewhere.'],
      };
    case 'EISDIR':
      return { sentence: `${path} is a folder; a file is needed.`, actions: ['Name a file in it.'] };
    case 'ENOTDIR':
      return { sentence: `${path} cannot be opened: part of its path is no folder.`, actions: ['Name another file.'] };
    default:
      return undefined;
  }
}
