import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../api/queries.ts';
import type { Permission } from '../api/contract.ts';

/**
 * Whether who is logged in may do something: what nobody here may do is not shown. What concerns every team is only for whoever
 * reaches all. undefined: who that is, is not known yet.
 */
export function useMay(permission: Permission, reach?: 'every team'): boolean | undefined {
  const { data } = useQuery(meQuery);
  if (data === undefined) return undefined;
  return data.permissions.includes(permission) && (reach === undefined || data.teams === undefined);
}
