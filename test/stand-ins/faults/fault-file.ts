import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { FaultRule } from './faults.ts';

const count = z.int().positive();

const matchSchema = z.strictObject({
  operation: z.union([z.string(), z.array(z.string())]).optional(),
  resource: z.string().refine(isRegularExpression, 'is no regular expression').optional(),
  nth: z.union([count, z.array(count)]).optional(),
  everyNth: count.optional(),
  probability: z.number().min(0).max(1).optional(),
  times: count.optional(),
});

/**
 * Reads a JSON file of fault rules, `[{ "match": {…}, "fault": {…} }]`, each fault in the form that the stand-in knows.
 * Throws an Error that names the file and everything wrong in it.
 */
export function readFaultFile<Fault>(file: string, faultSchema: z.ZodType<Fault>): FaultRule<Fault>[] {
  const rules = z.array(z.strictObject({ match: matchSchema, fault: faultSchema })).safeParse(readJson(file));
  if (rules.success) return rules.data;
  throw new Error(`The faults in ${file} cannot be used:\n${z.prettifyError(rules.error)}`);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(
      `The faults file ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
}

function isRegularExpression(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
