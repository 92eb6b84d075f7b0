/**
 * Required by mocha (.mocharc.json). Hundreds of tests start a process or a thread of the catalog: what was compiled once
 * is kept for all of them. They find the place in the environment.
 */
import module from 'node:module';
import { fileURLToPath } from 'node:url';

process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/node-compile', import.meta.url));
module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
