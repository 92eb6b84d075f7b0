import { createRequire } from 'node:module';
import type * as Zod from 'zod';

/**
 * zod's CommonJS build: sf has loaded it by the time that a command of ours reads its config, and the other build, a
 * hundred files, would be loaded beside it.
 */
export const { z } = createRequire(import.meta.url)('zod') as typeof Zod;
