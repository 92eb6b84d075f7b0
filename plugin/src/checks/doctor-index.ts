export { diagnose, diagnosis } from './doctor.ts';
export { checkLines } from '../ui/doctor/text.ts';
