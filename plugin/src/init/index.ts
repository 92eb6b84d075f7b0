export { firstConfig, writeFirstConfig, type Answers } from './first-config.ts';
export { ask } from './questions.ts';
