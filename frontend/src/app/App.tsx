import { QueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { ApiProblem } from '../api/problem.ts';
import { Providers } from './Providers.tsx';
import { newRoutes } from './routes.tsx';

function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // A question that waits for the network by itself would look like one that is on its way.
        networkMode: 'always',
        staleTime: 5 * 60_000,
        // What the service refused it will refuse again, and who waited in vain waits no second time by itself; only
        // a fault or a lost connection may pass.
        retry: (failures, error) =>
          failures < 2 &&
          error instanceof ApiProblem &&
          error.problem.code !== 'no_answer' &&
          (error.problem.status === 0 || error.problem.status >= 500),
      },
    },
  });
}

export function App() {
  const [queryClient] = useState(newQueryClient);
  const [router] = useState(() => createBrowserRouter(newRoutes()));
  return (
    <Providers queryClient={queryClient}>
      <RouterProvider router={router} />
    </Providers>
  );
}
