import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { CODE_WITHIN, inTime } from '../api/request-policy.ts';
import type { en } from './en.ts';
import type { modelsEn } from './models.en.ts';
import { preferLanguage, type Language } from './preferred-language.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en & { models: typeof modelsEn } };
  }
}

/** Fetched when it is shown: nobody needs two languages, and few the words of every page. */
const CATALOGUES = {
  all: {
    en: async () => (await import('./en.ts')).en,
    de: async () => (await import('./de.ts')).de,
  },
  models: {
    en: async () => ({ models: (await import('./models.en.ts')).modelsEn }),
    de: async () => ({ models: (await import('./models.de.ts')).modelsDe }),
  },
  // In English these come from the service: what it found wrong, and values of the species table.
  serviceProblems: {
    en: () => Promise.resolve({}),
    de: async () => ({ serviceProblems: (await import('./service-problems.de.ts')).serviceProblemsDe }),
  },
  terms: {
    en: () => Promise.resolve({}),
    de: async () => ({ terms: (await import('./terms.de.ts')).termsDe }),
  },
};
type Part = keyof typeof CATALOGUES;

/** What has been shown until now, in whichever language. */
const shownParts = new Set<Part>(['all']);
const fetched = new Set<string>();

void i18next.use(initReactI18next).init({
  lng: 'en',
  // Every catalogue has every word.
  fallbackLng: false,
  resources: {},
  initAsync: false,
  // React escapes what it shows.
  interpolation: { escapeValue: false },
  react: { useSuspense: false },
});

async function fetchWords(language: Language): Promise<void> {
  for (const part of shownParts) {
    const catalogue = `${part}.${language}`;
    if (fetched.has(catalogue)) continue;
    const words = await inTime<object>(CATALOGUES[part][language](), CODE_WITHIN);
    i18next.addResourceBundle(language, 'translation', words, true);
    fetched.add(catalogue);
  }
}

/**
 * Fetches the words of a page that has a catalogue of its own.
 * @throws ApiProblem where that takes too long, TypeError where it can't be fetched.
 */
export async function fetchWordsOf(part: Part): Promise<void> {
  shownParts.add(part);
  await fetchWords(i18next.language as Language);
}

/**
 * Shows the page in a language. Where its words can't be fetched, the page stays as it is.
 * @returns whether it is shown.
 */
export async function showIn(language: Language): Promise<boolean> {
  try {
    await fetchWords(language);
  } catch {
    return false;
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  return true;
}

/** Shows the page in a language, from now on, on this device. */
export async function chooseLanguage(language: Language): Promise<void> {
  if (await showIn(language)) preferLanguage(language);
}
