import { createContext, useContext, type ReactNode } from 'react';
import { useIdentification } from './useIdentification.ts';
import { usePhotos } from './usePhotos.ts';

function useSession() {
  return { ...usePhotos(), ...useIdentification() };
}

const Session = createContext<ReturnType<typeof useSession> | null>(null);

/**
 * Keeps the photos and the answer while one looks at a look-alike's page: going back leads to the answer, not to an
 * empty form.
 */
export function IdentifySessionProvider({ children }: { children: ReactNode }) {
  return <Session value={useSession()}>{children}</Session>;
}

export function useIdentifySession() {
  const session = useContext(Session);
  if (!session) throw new Error('no IdentifySessionProvider above this component');
  return session;
}
