/**
 * The buttons for photos that the HTML has, which work before the page's own code is there. They are looked up before it
 * takes their place, and one may still choose by them then: a window for choosing photos stays open.
 */
const buttons = [...document.querySelectorAll<HTMLInputElement>('[data-first-screen] input[type=file]')];

/**
 * Hands over the photos that were, or will be, chosen by those buttons.
 * @returns how to end that.
 */
export function takeEarlyPhotos(take: (files: File[]) => void): () => void {
  const ending = new AbortController();
  for (const button of buttons) {
    const handOver = () => {
      if (button.files?.length) take([...button.files]);
      button.value = '';
    };
    handOver();
    button.addEventListener('change', handOver, { signal: ending.signal });
  }
  return () => ending.abort();
}
