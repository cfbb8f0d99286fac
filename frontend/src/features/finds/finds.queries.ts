import { queryOptions } from '@tanstack/react-query';
import { allFinds } from './finds.store.ts';

/** Everything kept on this device, newest first. */
export const findsQuery = queryOptions({ queryKey: ['finds'], queryFn: allFinds, retry: false, staleTime: 0 });
