import { createContext, useContext, type ReactNode } from 'react';
import { usePhotos } from './usePhotos.ts';

const Session = createContext<ReturnType<typeof usePhotos> | null>(null);

/** Keeps the photos while one looks at another page. */
export function PhotosSessionProvider({ children }: { children: ReactNode }) {
  return <Session value={usePhotos()}>{children}</Session>;
}

export function usePhotosSession() {
  const session = useContext(Session);
  if (!session) throw new Error('no PhotosSessionProvider above this component');
  return session;
}
