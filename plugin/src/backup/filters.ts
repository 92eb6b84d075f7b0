import { fileExtension } from '@file-migration/config';
import type { DocumentFilters } from './backup-request.ts';

/** The rule that leaves a document out by its name, or undefined when it is to be copied. */
export function filteredBy(filters: DocumentFilters, fileName: string): 'extension' | undefined {
  const extension = fileExtension(fileName);
  if (filters.deniedExtensions.includes(extension)) return 'extension';
  if (filters.allowedExtensions !== null && !filters.allowedExtensions.includes(extension)) return 'extension';
  return undefined;
}
