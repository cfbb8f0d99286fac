/** Each by its own name. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

const KEY = 'language';

function isLanguage(text: string | undefined | null): text is Language {
  return text !== null && text !== undefined && Object.hasOwn(LANGUAGES, text);
}

/** As chosen on this device before, else the first of the browser's languages that the page speaks. */
export function preferredLanguage(): Language {
  let chosen: string | null = null;
  try {
    chosen = localStorage.getItem(KEY);
  } catch {
    // The browser keeps nothing.
  }
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en';
}

/** From now on, on this device. */
export function preferLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Kept for this visit only.
  }
}
