import { QueryClient } from '@tanstack/react-query';
import { configure, render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { Providers } from '../app/Providers.tsx';
import { newRoutes } from '../app/routes.tsx';
import { showIn } from '../language/language.ts';

await showIn('en');
// A page's code is fetched when it is first shown: on a busy machine that takes longer than the second that is usual.
configure({ asyncUtilTimeout: 20_000 });

/** The app at an address, in a new tab, with somebody to use it. */
export function renderPage(address: string) {
  sessionStorage.clear();
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const router = createMemoryRouter(newRoutes(), { initialEntries: [address] });
  render(
    <Providers queryClient={queryClient}>
      <RouterProvider router={router} />
    </Providers>,
  );
  return { user: userEvent.setup({ applyAccept: false }), router };
}
