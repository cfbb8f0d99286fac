import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import '@fontsource/alegreya/latin-500-italic.css';
