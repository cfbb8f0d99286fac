import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { IdentifySessionProvider } from '../features/identify/IdentifySession.tsx';

/** What lives longer than a page. */
export function Providers({ queryClient, children }: { queryClient: QueryClient; children: ReactNode }) {
  return (
    <QueryClientProvider client={queryClient}>
      <IdentifySessionProvider>{children}</IdentifySessionProvider>
    </QueryClientProvider>
  );
}
