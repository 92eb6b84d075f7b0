export { accountLines } from '../ui/accounts/text.ts';
export { listAccounts } from './account-list.ts';
