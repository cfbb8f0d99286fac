import { useTerms, type TermList } from '../language/useTerms.ts';

interface TermsProps {
  list: TermList;
  /** As they are in the species table. */
  values: readonly string[];
}

/** Values of a closed list of the species table, in the language of the page. */
export function Terms({ list, values }: TermsProps) {
  const term = useTerms();
  return values.map((value, index) => {
    const words = term(list, value);
    return (
      <span key={value} lang={words === undefined ? 'en' : undefined}>
        {index > 0 && ', '}
        {words ?? value}
      </span>
    );
  });
}
