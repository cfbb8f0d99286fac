import { useCommonName } from '../language/useCommonName.ts';

interface CommonNameProps {
  taxon: string;
  /** Where it came with the taxon; undefined where it is to be looked up. */
  english?: string | null;
  className?: string;
}

/** What a taxon is called in the language of the page; nothing where it has no such name. Stands beside the Latin one. */
export function CommonName({ taxon, english, className }: CommonNameProps) {
  const name = useCommonName(taxon, english);
  return name === null ? null : <span className={className}>{name}</span>;
}
