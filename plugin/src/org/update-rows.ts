import type { DocumentId } from '@file-migration/config';
import Papa from 'papaparse';
import { Failure } from '../model/failure.ts';
import type { UpdateRow } from './updates-port.ts';

/** An upload may have 150 MB once it is base64: https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/datafiles_prepare_csv.htm */
const LARGEST_UPLOAD = 100 * 1024 * 1024;
/**
 * The column delimiter of our uploads, in Salesforce's word. Not the usual comma: by it a job of ours is known among
 * those of other programs, because a job has no name.
 */
export const UPLOAD_DELIMITER = 'BACKQUOTE';
const DELIMITER = '`';
/** What stands for an empty field; an empty cell leaves the field as it is. */
const EMPTY_FIELD = '#N/A';

/**
 * The CSV that an update job takes: UTF-8, LF, {@link UPLOAD_DELIMITER}, a header of `Id` and the fields.
 * @throws Failure of class `stop` when a value looks like an emptied field, or the whole is too large
 */
export function updateCsv(fields: readonly string[], rows: readonly UpdateRow[]): Buffer {
  if (new Set(rows.map(({ id }) => id)).size < rows.length) {
    throw new Failure('A document stands twice in one update: its result would be ambiguous.', {
      code: 'update-duplicate',
    });
  }
  const lines = rows.map(({ id, values }) => [id, ...values.map((value) => cell(id, value))]);
  const csv = Buffer.from(`${Papa.unparse([['Id', ...fields], ...lines], { newline: '\n', delimiter: DELIMITER })}\n`);
  if (csv.length <= LARGEST_UPLOAD) return csv;
  throw new Failure(
    `An update of ${rows.length} documents has ${csv.length} bytes; Salesforce takes ${LARGEST_UPLOAD}.`,
    {
      code: 'update-too-large',
    },
  );
}

function cell(id: DocumentId, value: string | null | undefined): string {
  if (value === undefined) return '';
  if (value === null || value === '') return EMPTY_FIELD;
  if (value !== EMPTY_FIELD) return value;
  throw new Failure(`The new value ${EMPTY_FIELD} of document ${id} would empty its field.`, {
    code: 'update-unwritable-value',
  });
}
