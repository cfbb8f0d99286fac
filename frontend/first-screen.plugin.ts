import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import centres from './src/features/poison-help/poison-centres.json' with { type: 'json' };
import { de } from './src/language/de.ts';
import { en } from './src/language/en.ts';

const PLACEHOLDER = '<div id="root"></div>';
const SCRIPT = fileURLToPath(new URL('src/first-screen/choose.ts', import.meta.url));

type Text = (words: typeof en) => string;
/** Which class a style sheet of the components gives to what it calls by this name. */
type ClassOf = (sheet: string, name: string) => string;

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('>', '&gt;');

/** A text in every language; CSS shows one of them. */
const both = (text: Text) =>
  `<span lang="en">${escaped(text(en))}</span><span lang="de">${escaped(text(de as never))}</span>`;

/**
 * Puts the first screen into the HTML, so that heading, poison numbers and the buttons for photos are there before the page's
 * code is, and without it: on a slow network that is seconds later. It looks as the components do that take its place.
 */
export function firstScreen(): { plugin: Plugin; onClasses: (sheet: string, classes: Record<string, string>) => void } {
  const classes = new Map<string, Record<string, string>>();
  const classOf: ClassOf = (sheet, name) => {
    const found = [...classes].find(([file]) => file.endsWith(`/src/${sheet}.module.css`))?.[1][name];
    if (!found) throw new Error(`the first screen's ${name} is not in ${sheet}.module.css`);
    return found;
  };
  let script = '';
  const plugin: Plugin = {
    name: 'first-screen',
    apply: 'build',
    async buildStart() {
      const source = await bundled(SCRIPT);
      script = `assets/first-screen-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.js`;
      this.emitFile({ type: 'asset', fileName: script, source });
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        if (!html.includes(PLACEHOLDER)) throw new Error(`index.html has no ${PLACEHOLDER}`);
        const wordsOf = (language: string) => {
          const chunk = Object.values(bundle!).find(
            (file) => file.type === 'chunk' && file.facadeModuleId?.endsWith(`/src/language/${language}.ts`),
          );
          if (!chunk) throw new Error(`the words of ${language} are no file of their own`);
          return `/${chunk.fileName}`;
        };
        // Before the style sheets, for which it would wait.
        const choosing = `<script src="/${script}" data-words-en="${wordsOf('en')}" data-words-de="${wordsOf('de')}"></script>`;
        return html
          .replace('<title>', `${choosing}\n    <title>`)
          .replace(PLACEHOLDER, `<div id="root">${screenOf(classOf)}</div>`);
      },
    },
  };
  return { plugin, onClasses: (sheet, names) => classes.set(sheet, names) };
}

/** A script with all that it imports, as one that is run where it stands. */
async function bundled(input: string): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, rolldownOptions: { input, output: { format: 'iife' } } },
  });
  if (!('output' in output)) throw new Error(`${input} is more than one bundle`);
  return output.output[0].code;
}

/** As the components' own HTML: Shell, PoisonStrip, Page, PhotoPicker and FileButton. */
function screenOf(classOf: ClassOf): string {
  const numbers = centres.regions.map(({ code, lines: [line] }) => {
    const name = `<span class="${classOf('features/poison-help/PoisonStrip', 'name')}">${escaped(line!.name)} </span>`;
    const address = `tel:${line!.number.replace(/[^\d+]/g, '')}`;
    const link = `<a class="${classOf('features/poison-help/PoisonStrip', 'number')}" href="${address}">${line!.number}</a>`;
    return `<span data-region="${code}" hidden>${line!.name.includes(line!.number) ? '' : name}${link}</span>`;
  });
  const shell = (name: string) => classOf('app/Shell', name);
  const picker = (name: string) => classOf('features/photos/PhotoPicker', name);
  const page = (name: string) => classOf('design/Page', name);
  const button = (kind: string, text: Text, attributes: string) =>
    `<label class="${classOf('features/photos/FileButton', 'button')} ${picker(kind)}">` +
    `<input class="visually-hidden" type="file" accept="image/jpeg,image/png,image/webp" ${attributes}>${both(text)}</label>`;
  const link = (address: string, text: Text) => `<a href="${address}">${both(text)}</a>`;
  return [
    '<div data-first-screen>',
    `<aside class="${classOf('features/poison-help/PoisonStrip', 'strip')}"><p class="${classOf('features/poison-help/PoisonStrip', 'words')}">`,
    `<strong>${both(({ poison }) => poison.strip)}</strong> ${numbers.join('')} `,
    `${link('/poison-help', ({ poison }) => poison.stripMore)}</p></aside>`,
    `<header class="${shell('header')}"><a class="${shell('brand')}" href="/">`,
    `<img class="${shell('sign')}" src="/favicon.svg" alt="" width="34" height="34">${both(({ title }) => title)}</a>`,
    `<nav class="${shell('nav')}">`,
    `<a href="/" aria-current="page">${both(({ shell: { identify } }) => identify)}</a>`,
    link('/species', ({ shell: { species } }) => species),
    link('/finds', ({ shell: { finds } }) => finds),
    link('/trust', ({ shell: { trust } }) => trust),
    `</nav></header><main class="${shell('main')}"><div class="${page('page')}">`,
    `<header class="${page('head')}"><h1>${both(({ identify }) => identify.title)}</h1>`,
    `<p class="${page('lead')}">${both(({ identify }) => identify.lead)}</p></header>`,
    `<div class="${classOf('features/identify/IdentifyPage', 'columns')}"><div class="${classOf('features/photos/PhotoFields', 'photos')}">`,
    `<div class="${picker('picker')}"><div class="${picker('ways')}">`,
    button('camera', ({ photos }) => photos.take, 'capture="environment"'),
    button('gallery', ({ photos }) => photos.choose, 'multiple'),
    '</div></div></div></div></div></main></div>',
  ].join('\n');
}
