import { useSyncExternalStore } from 'react';

const KEY = 'keep-photos-on-device';
const listeners = new Set<() => void>();
/** What holds where the browser stores nothing: the choice lasts as long as the page. */
let unstored = false;

/** True where the person wants that no photo leaves this device. */
export function keepsPhotosOnDevice(): boolean {
  try {
    return localStorage.getItem(KEY) === 'yes';
  } catch {
    return unstored;
  }
}

export function setKeepPhotosOnDevice(keep: boolean): void {
  unstored = keep;
  try {
    if (keep) localStorage.setItem(KEY, 'yes');
    else localStorage.removeItem(KEY);
  } catch {
    // Storage is blocked or full.
  }
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

export function useKeepPhotosOnDevice(): boolean {
  return useSyncExternalStore(subscribe, keepsPhotosOnDevice);
}
