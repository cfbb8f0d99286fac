import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { IdentifySessionProvider } from '../features/identify/IdentifySession.tsx';
import { PhotosSessionProvider } from '../features/photos/PhotosSession.tsx';

/** What lives longer than a page. */
export function Providers({ queryClient, children }: { queryClient: QueryClient; children: ReactNode }) {
  return (
    <QueryClientProvider client={queryClient}>
      <PhotosSessionProvider>
        <IdentifySessionProvider>{children}</IdentifySessionProvider>
      </PhotosSessionProvider>
    </QueryClientProvider>
  );
}
