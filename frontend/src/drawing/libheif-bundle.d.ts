/** What is used of libheif's build for browsers, which comes without types. */
declare module 'libheif-js/libheif-wasm/libheif-bundle.mjs' {
  interface HeifImage {
    get_width(): number;
    get_height(): number;
    /** Fills `target` with RGBA; null where that fails. */
    display(target: ImageData, done: (filled: ImageData | null) => void): void;
    free(): void;
  }
  interface LibHeif {
    HeifDecoder: new () => { decode(file: Uint8Array): HeifImage[] };
  }
  export default function libheif(): LibHeif;
}
