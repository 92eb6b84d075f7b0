/** Version 5: a link may be outdated; the view with its words is made by the newest version. */
export const schemaV5 = `
DROP VIEW IF EXISTS file_migrations;
`;
