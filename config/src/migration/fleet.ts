import { line, secret, isObject, wholeNumber } from './fields.ts';
import { z } from './zod.ts';

const rds = z.strictObject({
  host: line.describe('Endpoint of the database instance.'),
  port: wholeNumber(1, 65_535).default(5432).describe('Its port.'),
  database: line.default('file_migration').describe('Name of the database.'),
  user: line.describe('Database user that has the role rds_iam.'),
  region: line.describe('Region of the instance.'),
  authorities: line
    .optional()
    .describe('File with the certificates of RDS (PEM), relative to this file; without it those that Node trusts.'),
});

/** Copying with many machines: where the queue is that coordinator and workers share. */
export const fleet = z
  .strictObject({
    url: secret
      .optional()
      .describe(
        'Environment reference to a PostgreSQL URL, e.g. "${FLEET_URL}": postgres://user:password@host/database.',
      ),
    rds: rds.optional().describe('Amazon RDS for PostgreSQL with IAM authentication, instead of a URL: no password.'),
    documentsPerJob: wholeNumber(1, 1000)
      .default(250)
      .describe('How many documents a worker takes at a time, at most.'),
    silenceSeconds: wholeNumber(10, 300)
      .default(20)
      .describe('After how many seconds without a sign of life the jobs of a worker go to another one.'),
  })
  .refine(({ url, rds: instance }) => (url === undefined) !== (instance === undefined), {
    error: 'either url or rds',
    when: isObject,
  });
