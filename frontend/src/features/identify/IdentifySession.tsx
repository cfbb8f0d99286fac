import { createContext, useContext, type ReactNode } from 'react';
import { useIdentification } from './useIdentification.ts';

const Session = createContext<ReturnType<typeof useIdentification> | null>(null);

/**
 * Keeps the answer while one looks at a look-alike's page: going back leads to the answer, not to the form. The photos
 * that it is about have to be kept as long.
 */
export function IdentifySessionProvider({ children }: { children: ReactNode }) {
  return <Session value={useIdentification()}>{children}</Session>;
}

export function useIdentifySession() {
  const session = useContext(Session);
  if (!session) throw new Error('no IdentifySessionProvider above this component');
  return session;
}
