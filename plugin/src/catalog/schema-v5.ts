import { fileMigrationsView } from './file-migrations-view.ts';

/** Version 5: a link may be outdated, and the view has a word for it. */
export const schemaV5 = `
DROP VIEW file_migrations;
${fileMigrationsView}
`;
