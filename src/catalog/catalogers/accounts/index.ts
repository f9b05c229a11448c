/** /etc/passwd and /etc/shadow to accounts and their password's state. A hash is never kept, only its kind. */
export { accounts } from './accounts.ts';
