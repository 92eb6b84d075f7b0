export { diagnose, diagnosis } from './doctor.ts';
export { checkLines } from './check-lines.ts';
