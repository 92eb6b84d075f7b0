import { z } from 'zod';

const texts = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((value) => (typeof value === 'string' ? [value] : value));

/** Condition operators that {@link conditionsHold} evaluates; a document with another one is refused at the start. */
export const conditionOperators = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIfExists',
  'StringLike',
  'ArnEquals',
  'ArnLike',
  'Bool',
  'Null',
  'NumericGreaterThan',
  'NumericLessThan',
] as const;

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.strictObject({ AWS: texts })]).optional(),
  Action: texts,
  Resource: texts,
  Condition: z.partialRecord(z.enum(conditionOperators), z.record(z.string(), texts)).optional(),
});

const policyDocument = z.strictObject({
  Version: z.literal('2012-10-17'),
  Id: z.string().optional(),
  Statement: z.array(statement),
});

/** A policy as IAM and S3 take it, of the elements that this store evaluates. */
export type PolicyDocument = z.input<typeof policyDocument>;
export type Policy = z.output<typeof policyDocument>;
export type Statement = Policy['Statement'][number];

/** Reads a policy. Throws for an element, operator or version that this store does not evaluate. */
export const parsePolicy = (document: PolicyDocument): Policy => policyDocument.parse(document);
