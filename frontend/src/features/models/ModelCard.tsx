import Markdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import styles from './ModelCard.module.css';

/**
 * A model card from its Markdown. Rendered as React elements, HTML in it left out: nothing in a card can run, and
 * the page's Content-Security-Policy has nothing to allow.
 */
export function ModelCard({ markdown }: { markdown: string }) {
  return (
    <div className={styles.card} lang="en">
      <Markdown
        remarkPlugins={[remarkGfm]}
        skipHtml
        components={{
          // The card's own title is inside a page that has one.
          h1: ({ children }) => <h3>{children}</h3>,
          h2: ({ children }) => <h4>{children}</h4>,
          h3: ({ children }) => <h5>{children}</h5>,
          // Plots lie beside the card in the bundle, not beside this page, which draws them itself.
          img: () => null,
          // Markdown's tables have a header cell above their row names, which heads nothing.
          th: ({ children }) => (children ? <th scope="col">{children}</th> : <td />),
          table: ({ children }) => (
            <div className={styles.frame} role="group" aria-label="Table" tabIndex={0}>
              <table>{children}</table>
            </div>
          ),
        }}
      >
        {markdown}
      </Markdown>
    </div>
  );
}
