export { accountLines } from './account-lines.ts';
export { listAccounts } from './account-list.ts';
