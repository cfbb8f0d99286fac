// Runs before anything is painted. The HTML holds the first screen in every language and with every region's number
// (first-screen.plugin.ts): this chooses among them as the page itself will, and has the page's words fetched meanwhile.
import { preferredRegion } from '../features/poison-help/preferred-region.ts';
import { preferredLanguage } from '../language/preferred-language.ts';

const page = document.documentElement;
const { wordsEn, wordsDe } = (document.currentScript as HTMLScriptElement).dataset;

page.lang = preferredLanguage();
const words = document.createElement('link');
words.rel = 'modulepreload';
words.href = (page.lang === 'de' ? wordsDe : wordsEn)!;
document.head.append(words);

// Other pages have the same HTML: there, and where an answer is about to be shown, the content is still to come.
const isAnswer = Boolean((history.state as { usr?: unknown } | null)?.usr);
page.toggleAttribute('data-elsewhere', window.location.pathname !== '/' || isAnswer);

const region = preferredRegion();
const parsing = new MutationObserver(() => {
  const lines = [...document.querySelectorAll<HTMLElement>('[data-first-screen] [data-region]')];
  const line = lines.find((one) => one.dataset.region === region);
  if (line) line.hidden = false;
  if (line || document.readyState !== 'loading') parsing.disconnect();
});
parsing.observe(page, { childList: true, subtree: true });
