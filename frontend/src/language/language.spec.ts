// @vitest-environment happy-dom
import i18next from 'i18next';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VERDICTS } from '@mushroom/recognition/taxonomy/taxon';
import { de } from './de.ts';
import { en } from './en.ts';
import { modelsDe } from './models.de.ts';
import { modelsEn } from './models.en.ts';
import { chooseLanguage, showIn } from './language.ts';
import { preferredLanguage } from './preferred-language.ts';

const CATALOGUES = { en: { ...en, models: modelsEn }, de: { ...de, models: modelsDe } };

/** `verdict.deadly.name` → its words. */
function flat(words: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${path}${key}`, value]] : [...flat(value as object, `${path}${key}.`)],
    ),
  );
}

const holes = (text: string) => [...text.matchAll(/\{\{(\w+)|<(\w+)/g)].map(([, value, tag]) => value ?? tag).sort();

describe('every language', () => {
  it.each(Object.entries(CATALOGUES))('has words for everything: %s', (_, words) => {
    for (const [key, text] of flat(words)) expect(text.trim(), key).not.toBe('');
  });

  it('fills in the same things as English', () => {
    const german = flat(CATALOGUES.de);
    for (const [key, text] of flat(CATALOGUES.en)) expect(holes(german.get(key)!), key).toEqual(holes(text));
  });

  it.each(Object.entries(CATALOGUES))('has no verdict that says "safe", "edible" or the like: %s', (_, { verdict }) => {
    for (const name of VERDICTS) {
      const { name: said, meaning, advice } = verdict[name];
      const words = `${said} ${meaning} ${advice}`;
      expect(words).not.toMatch(
        /\b(safe|edible|harmless|good|essbar|genießbar|sicher|unbedenklich|harmlos|ungiftig)\b/i,
      );
      expect(advice).toMatch(/do not eat it|nicht (auf diese antwort hin )?essen/i);
    }
  });

  it('words the lowest verdict as unverified', () => {
    expect(en.verdict.not_known_poisonous.name).toBe('Not known to be poisonous, unverified');
    expect(de.verdict.not_known_poisonous.name).toBe('Nicht als giftig bekannt, ungeprüft');
  });
});

describe('the language of the page', () => {
  beforeEach(() => localStorage.clear());
  afterEach(async () => {
    vi.restoreAllMocks();
    await showIn('en');
  });

  const browserSpeaks = (...languages: string[]) => vi.spyOn(navigator, 'languages', 'get').mockReturnValue(languages);

  it('is the first of the browser’s that the page speaks, else English', () => {
    browserSpeaks('fr-FR', 'de-AT', 'en');
    expect(preferredLanguage()).toBe('de');
    browserSpeaks('fr-FR');
    expect(preferredLanguage()).toBe('en');
  });

  it('is the one that was chosen, from then on, and the document says so', async () => {
    browserSpeaks('en-US');
    await chooseLanguage('de');
    expect(i18next.t('verdict.unknown.name')).toBe('Unbekannt: nicht essen');
    expect(document.documentElement.lang).toBe('de');
    expect(preferredLanguage()).toBe('de');
  });

  it('is changed for the visit where the browser keeps nothing', async () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    await chooseLanguage('de');
    expect(document.documentElement.lang).toBe('de');
  });
});
