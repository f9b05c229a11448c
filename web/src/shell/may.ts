import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../api/queries.ts';
import type { Permission } from '../api/contract.ts';

/**
 * Whether who is logged in may do something: what nobody here may do is not shown. What concerns every team is only for whoever
 * reaches all.
 */
export function useMay(permission: Permission, reach?: 'every team'): boolean {
  const { data } = useQuery(meQuery);
  return data?.permissions.includes(permission) === true && (reach === undefined || data.teams === undefined);
}
