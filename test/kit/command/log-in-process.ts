/** Logs in from a process of its own: @salesforce/core decides once in a process where the home folder is. */
import { logIn, type LogIn } from './log-in.ts';

await logIn(JSON.parse(process.argv[2] ?? '') as LogIn);
