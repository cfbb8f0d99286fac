const KEY = 'poison-help-region';

/** The code of the region that was chosen on this device before; null where none was. */
function chosenBefore(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // The browser keeps nothing.
    return null;
  }
}

/** Where the user may be, as chosen on this device before, else as the browser's language suggests: GB; null where neither tells. */
export function preferredRegion(): string | null {
  return chosenBefore() ?? /-([A-Z]{2})\b/.exec(navigator.language)?.[1] ?? null;
}

/** From now on, on this device. */
export function preferRegion(code: string): void {
  try {
    localStorage.setItem(KEY, code);
  } catch {
    // Kept for this visit only.
  }
}
